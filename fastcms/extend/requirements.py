"""Which packages of others a folder of hooks asks for: its files say so, and `requirements.txt`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import InvalidRequirement, Requirement

FILE = "requirements.txt"
# Inline script metadata, as PEP 723 has it.
_BLOCK = re.compile(r"(?m)^# /// script$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
_COMMENT = re.compile(r"(^|\s+)#.*$")


class Stated(NamedTuple):
    """What one file asks for."""

    file: Path
    requirements: tuple[Requirement, ...] = ()
    # Why it cannot be read; "" if it can.
    problem: str = ""


def stated(folder: Path) -> list[Stated]:
    """What the files of a folder ask for, without those that ask for nothing."""
    found = [_of_script(file) for file in sorted(folder.glob("*.py"))]
    if (file := folder / FILE).is_file():
        found.append(_of_list(file))
    return [one for one in found if one.requirements or one.problem]


def read(file: Path, texts: object) -> Stated:
    """The requirements that a file has as a list of texts."""
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        return Stated(file, problem="the packages are no list of texts")
    asked = []
    for text in texts:
        try:
            asked.append(Requirement(text))
        except InvalidRequirement as error:
            return Stated(file, problem=f'"{text}": {str(error).splitlines()[0]}')
    # What a marker leaves out is not asked for here.
    return Stated(file, tuple(r for r in asked if r.marker is None or r.marker.evaluate()))


def _of_script(file: Path) -> Stated:
    blocks = list(_BLOCK.finditer(file.read_text("utf-8", errors="replace")))
    if not blocks:
        return Stated(file)
    if len(blocks) > 1:
        return Stated(file, problem="there are two blocks `# /// script`")
    lines = blocks[0]["content"].splitlines()
    try:
        metadata = tomllib.loads("\n".join(line[2:] for line in lines))
    except tomllib.TOMLDecodeError as error:
        return Stated(file, problem=f"the block `# /// script` is no TOML: {error}")
    return read(file, metadata.get("dependencies", []))


def _of_list(file: Path) -> Stated:
    # Options are for pip alone, which gets the whole file; so are those behind a requirement.
    lines = (_COMMENT.sub("", line).strip() for line in file.read_text("utf-8").splitlines())
    return read(file, [line.split(" --")[0] for line in lines if line and line[0] != "-"])
