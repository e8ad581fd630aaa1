"""Names of backups, which are their keys."""

from __future__ import annotations

import re

from fastcms import clock
from fastcms.files.names import snake

PREFIX = "pb_backup_"
# No request can ask for such a name.
AUTO_PREFIX = "@auto_pb_backup_"
LONGEST = 150  # characters of a name that a request asks for
LONGEST_APP = 50  # of the application's name in it

ASKED = re.compile(r"[a-z0-9_-]+\.zip", re.ASCII)


def new_name(app_name: str, prefix: str = PREFIX) -> str:
    """The name of a backup of this moment."""
    return f"{prefix}{snake(app_name)[:LONGEST_APP]}_{clock.now():%Y%m%d%H%M%S}.zip"
