"""Where shipped files are: in the source tree, in an installed wheel, in the frozen executable."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def template(name: str) -> Path:
    """A file of `pb_data_template/`, from which a fresh data directory is made."""
    # The source tree first: an editable install may hold an old copy beside the package.
    source = _PACKAGE.parent / "pb_data_template"
    return (source if source.is_dir() else _PACKAGE / "_pb_data_template") / name


def static(package: str) -> Path:
    """The folder of static files of a package: `static("admin")`."""
    return _PACKAGE / package / "static"


def shipped(package: str) -> Path:
    """The folder of data files of a package: `shipped("templates")`."""
    return _PACKAGE / package / "shipped"
