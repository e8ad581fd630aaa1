"""The text of migrations that FastCMS writes itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from fastcms.migrations.edit import CollectionEdit
from fastcms.schema.collection import Collection

_HEAD = '"""{about}"""\n\nfrom fastcms.migrations import App\n'
_NOTHING = "    pass\n"
_INDENT = "    "


def blank() -> str:
    """A migration that its author fills."""
    return _migration(
        "What this migration is for.",
        "    # app.create_collection(...), app.create_record(...), app.execute(...), ...\n"
        + _NOTHING,
        "    # What undoes it; leave it out if nothing has to.\n" + _NOTHING,
    )


def created(collection: Collection) -> str:
    """A migration that makes the collection."""
    return _migration(
        f"Creates the collection {collection.name}.", _creation(collection), _deletion(collection)
    )


def deleted(collection: Collection) -> str:
    """A migration that deletes the collection."""
    return _migration(
        f"Deletes the collection {collection.name}.", _deletion(collection), _creation(collection)
    )


def updated(before: Collection, after: Collection) -> str:
    """A migration from one state of a collection to the next; "" if they do not differ."""
    up = _edit(before, after)
    return up and _migration(f"Changes the collection {before.name}.", up, _edit(after, before))


def snapshot(collections: Iterable[Collection]) -> str:
    """A migration that makes or changes all these collections, and deletes none."""
    definitions = _literal([_definition(c) for c in collections], 1)
    return _migration(
        "All collections as they are at one moment.",
        f"    app.import_collections({definitions})\n",
        "    # A snapshot does not know what was there before.\n" + _NOTHING,
    )


def _migration(about: str, up: str, down: str) -> str:
    return (
        f"{_HEAD.format(about=about)}\n\n"
        f"def up(app: App) -> None:\n{up}\n\n"
        f"def down(app: App) -> None:\n{down}"
    )


def _creation(collection: Collection) -> str:
    return f"    app.create_collection({_literal(_definition(collection), 1)})\n"


def _deletion(collection: Collection) -> str:
    return f"    app.delete_collection({_literal(collection.id, 1)})\n"


def _definition(collection: Collection) -> dict[str, Any]:
    """What the API shows, without what belongs to one directory or to secrets."""
    definition = collection.to_json()
    del definition["created"], definition["updated"]
    if "oauth2" in definition:
        del definition["oauth2"]["providers"]
    if collection.is_view:
        # They follow from the query, with new ids each time.
        del definition["fields"]
    return definition


# -- from one state to another --------------------------------------------------------------------


class _Step(NamedTuple):
    """One call of a method of CollectionEdit."""

    method: str
    arguments: tuple[Any, ...]
    options: Mapping[str, Any]

    def act(self, edit: CollectionEdit) -> None:
        getattr(edit, self.method)(*self.arguments, **self.options)

    def text(self) -> str:
        given = [_literal(value, 2) for value in self.arguments]
        given += [f"{key}={_literal(value, 2)}" for key, value in sorted(self.options.items())]
        line = f"collection.{self.method}({', '.join(given)})"
        return f"{_INDENT * 2}{line}\n"


def _edit(before: Collection, after: Collection) -> str:
    steps = _steps(before, after)
    if not steps:
        return ""
    head = f"    with app.edit_collection({_literal(before.id, 1)}) as collection:\n"
    return head + "".join(step.text() for step in steps)


def _steps(before: Collection, after: Collection) -> list[_Step]:
    """The calls that turn one into the other; each is tried on the way."""
    edit = CollectionEdit(before)
    steps: list[_Step] = []

    def step(method: str, *arguments: Any, **options: Any) -> None:
        steps.append(_Step(method, arguments, options))
        steps[-1].act(edit)

    old, new = _definition(before), _definition(after)
    fields = (
        {f["id"]: f for f in old.pop("fields", ())},
        {f["id"]: f for f in new.pop("fields", ())},
    )
    indexes = old.pop("indexes"), new.pop("indexes")
    if properties := _difference(old, new):
        step("change", **properties)
    if before.is_view:
        return steps
    for id_ in fields[0]:
        if id_ not in fields[1]:
            step("remove_field", id_)
    for place, (id_, field) in enumerate(fields[1].items()):
        if id_ not in fields[0]:
            step("add_field", field, at=place)
        elif options := _difference(fields[0][id_], field, deep=False):
            step("change_field", id_, **options)
    if [field["id"] for field in edit.body()["fields"]] != list(fields[1]):
        step("order_fields", list(fields[1]))
    if edit.body()["indexes"] != indexes[1]:
        step("change", indexes=indexes[1])
    return steps


def _difference(
    old: Mapping[str, Any], new: Mapping[str, Any], *, deep: bool = True
) -> dict[str, Any]:
    """The keys whose values are others, of objects only the keys in them that are."""
    found: dict[str, Any] = {}
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = old.get(key), new.get(key)
        if was == now and type(was) is type(now):
            continue
        if deep and isinstance(was, dict) and isinstance(now, dict):
            found[key] = _difference(was, now)
        else:
            found[key] = now
    return found


# -- Python ---------------------------------------------------------------------------------------


def _literal(value: Any, depth: int) -> str:
    """A JSON value as Python, keys sorted, an entry a line."""
    if isinstance(value, Mapping) and value:
        items = [f"{_literal(k, 0)}: {_literal(value[k], depth + 1)}" for k in sorted(value)]
        return _block("{", items, "}", depth)
    if isinstance(value, Sequence) and not isinstance(value, str) and value:
        return _block("[", [_literal(item, depth + 1) for item in value], "]", depth)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return repr(dict(value)) if isinstance(value, Mapping) else repr(value)


def _block(start: str, items: list[str], end: str, depth: int) -> str:
    inner = _INDENT * (depth + 1)
    lines = "".join(f"{inner}{item},\n" for item in items)
    return f"{start}\n{lines}{_INDENT * depth}{end}"
