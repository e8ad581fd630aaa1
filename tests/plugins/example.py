"""The example of docs/plugins.md, as files."""

import re
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text("utf-8")
_BLOCK = re.compile(r"^`pb_plugins/(stars/\S+)`\..*?^```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILES = dict(_BLOCK.findall(TEXT))


def write(place: Path) -> None:
    """Puts the plugin beside a data directory."""
    for name, text in FILES.items():
        file = place / "pb_plugins" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
