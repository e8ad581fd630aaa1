"""Numbers of bytes as people read them."""

from __future__ import annotations


def size_text(count: int) -> str:
    """Bytes for people."""
    size, units = float(count), iter(("bytes", "kB", "MB", "GB"))
    unit = next(units)
    while size >= 1000 and (larger := next(units, "")):
        size, unit = size / 1000, larger
    return f"{count} bytes" if unit == "bytes" else f"{size:.1f} {unit}"
