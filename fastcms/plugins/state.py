"""Which plugins a data directory has enabled: names in its `plugins.json`."""

from __future__ import annotations

import json
import os
from pathlib import Path

from fastcms.errors import StartError

FILE = "plugins.json"


def enabled(data_dir: Path) -> list[str]:
    """Their names. Raises StartError for a file that cannot be understood."""
    file = data_dir / FILE
    try:
        names = json.loads(file.read_text("utf-8"))["enabled"]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError) as error:
        raise StartError(
            f'{file} is not of the form {{"enabled": ["name"]}}; mend or remove it'
        ) from error
    if not isinstance(names, list):
        raise StartError(f'{file} is not of the form {{"enabled": ["name"]}}; mend or remove it')
    return [str(name) for name in names]


def enable(data_dir: Path, names: list[str]) -> None:
    """From the next start on it is these, and no others."""
    beside = data_dir / f".{FILE}.{os.getpid()}"
    beside.write_text(json.dumps({"enabled": names}, indent=2) + "\n")
    beside.replace(data_dir / FILE)
