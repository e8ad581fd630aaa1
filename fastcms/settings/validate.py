"""Checks a document of settings by what its keys say."""

from __future__ import annotations

from typing import Any

from fastcms.errors import REQUIRED, Problem, Problems
from fastcms.settings.keys import Key, Section, When, keys_of


def problems(*sections: Section) -> Problems:
    """All that is wrong with the last one, by the keys of the document; empty if nothing is.

    The others are around it, the outermost first.
    """
    section = sections[-1]
    found: dict[str, Problem | Problems | None] = {}
    for key in keys_of(type(section)):
        value = getattr(section, key.attribute)
        if key.section is not None:
            found[key.name] = problems(*sections, value)
        else:
            found[key.name] = _value(key, value, sections)
    return _only(found)


def _value(key: Key, value: Any, sections: tuple[Section, ...]) -> Problem | Problems | None:
    if not value:
        return REQUIRED if _is_required(key.required, sections) else None
    if isinstance(value, tuple):
        items = _only({str(i): _item(key, item) for i, item in enumerate(value)})
        return items or (key.whole(value) if key.whole else None)
    return key.rule.check(value) if key.rule else None


def _item(key: Key, item: Any) -> Problem | Problems | None:
    if key.item is not None:
        return problems(item)
    if key.rule is None:
        return None
    return key.rule.check(item) if item else REQUIRED


def _is_required(required: bool | When, sections: tuple[Section, ...]) -> bool:
    if isinstance(required, bool):
        return required
    for section in reversed(sections):
        for key in keys_of(type(section)):
            if key.name == required.key:
                found = getattr(section, key.attribute)
                return bool(found == required.value if required.value else found)
    return False


def _only(found: dict[str, Problem | Problems | None]) -> Problems:
    """What there is, keys sorted as the reference sorts them."""
    return {key: problem for key, problem in sorted(found.items()) if problem}
