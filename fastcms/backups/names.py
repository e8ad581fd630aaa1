"""Names of backups, which are their keys."""

from __future__ import annotations

import re
from datetime import datetime

from fastcms.files.local import ATTRIBUTES, PART
from fastcms.files.names import snake
from fastcms.files.storage import check_key

PREFIX = "pb_backup_"
# No request can ask for such a name.
AUTO_PREFIX = "@auto_pb_backup_"
LONGEST = 150  # characters of a name that a request asks for
LONGEST_APP = 50  # of the application's name in it

SERIES = re.compile(r"[a-z0-9-]+", re.ASCII)  # the first word of names
ASKED = re.compile(r"[a-z0-9_-]+\.zip", re.ASCII)


def new_name(app_name: str, moment: datetime, prefix: str = PREFIX) -> str:
    """The name of a backup of this moment, in UTC."""
    return f"{prefix}{snake(app_name)[:LONGEST_APP]}_{moment:%Y%m%d%H%M%S}.zip"


def is_name(text: str) -> bool:
    """Whether a backup can be called so: it leads to nothing else than a file among the backups."""
    try:
        check_key(text)
    except ValueError:
        return False
    return not text.endswith(ATTRIBUTES) and not is_part(text)


def is_part(name: str) -> bool:
    """Whether a file is a part of a backup on its way to the disk where backups are."""
    return re.fullmatch(rf"\.\w+{re.escape(PART)}", name, re.ASCII) is not None


def is_of_series(series: str, name: str) -> bool:
    """Whether a name is one that was made for this series."""
    return re.fullmatch(rf"{re.escape(series)}_.*_\d{{14}}\.zip", name) is not None
