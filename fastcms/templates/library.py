"""Sets of collections to begin with: those that are shipped and a person's own.

A template is a JSON file: what an import takes, with a title and a description. Its relations may
name their collection by its name, so that it fits into any directory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from fastcms import ids, resources
from fastcms.collections.importer import import_collections
from fastcms.collections.plan import Plan
from fastcms.core import App
from fastcms.errors import ApiError, Problem, bad_request, not_found
from fastcms.schema import indexes
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema

NOT_APPLIED = "Failed to apply the template."


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """One template; `problem` says why a file is none."""

    name: str = ""
    title: str = ""
    description: str = ""
    collections: tuple[dict[str, Any], ...] = ()
    own: bool = False
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        """The template as lists show it."""
        return {
            "name": self.name,
            "title": self.title,
            "description": self.description,
            "collections": [str(entry.get("name", "")) for entry in self.collections],
            "own": self.own,
            "problem": self.problem,
        }


def own_folder(data_dir: Path) -> Path:
    """Where a directory's own templates are."""
    return data_dir / "templates"


def available(folder: Path) -> list[Template]:
    """The templates of a folder and the shipped ones, by name; one's own come before shipped ones.

    The folder may be missing.
    """
    found = {template.name: template for template in _read_all(_shipped(), own=False)}
    found |= {template.name: template for template in _read_all(folder, own=True)}
    return [found[name] for name in sorted(found)]


def find(folder: Path, name: str) -> Template:
    """The template of that name. Raises 404, and 400 for a file that is none."""
    for template in available(folder):
        if template.name == name:
            if template.problem:
                raise _refused("name", "validation_invalid_template", template.problem)
            return template
    raise not_found(f"There is no template {name}.")


async def apply(
    app: App, template: Template, *, merge: bool = False, dry_run: bool = False
) -> Plan:
    """Makes the collections of a template, all or none; gives the plan of what was done.

    Nothing that is there is changed: a collection that is there already refuses the template, or,
    with `merge`, gets the fields and indexes that it lacks and keeps everything else.
    """
    entries = list(_fitted(template, app.refresh(), merge=merge))
    return await import_collections(app, entries, drop=(), dry_run=dry_run)


# -- reading files ------------------------------------------------------------------------------


def _shipped() -> Path:
    return resources.shipped("templates")


def _read_all(folder: Path, *, own: bool) -> Iterator[Template]:
    for file in sorted(folder.glob("*.json")):
        yield _read(file, own=own)


def _read(file: Path, *, own: bool) -> Template:
    name = file.stem
    try:
        template = msgspec.json.decode(file.read_bytes(), type=Template)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        return Template(
            name=name, title=name, own=own, problem=f"{file.name} is unreadable: {error}"
        )
    if not template.collections or not all(map(_is_entry, template.collections)):
        problem = f"{file.name} holds no list of collections with names"
        return Template(name=name, title=name, own=own, problem=problem)
    return msgspec.structs.replace(
        template, name=name, title=template.title or name, own=own, problem=""
    )


def _is_entry(entry: Mapping[str, Any]) -> bool:
    """Whether an entry has the form that fitting needs; its import looks at the rest."""
    lists = [entry.get("fields") or [], entry.get("indexes") or []]
    return (
        isinstance(entry.get("name"), str)
        and entry["name"] != ""
        and isinstance(entry.get("id", ""), str)
        and all(isinstance(items, list) for items in lists)
        and all(isinstance(field, dict) for field in lists[0])
        and all(isinstance(text, str) for text in lists[1])
    )


# -- fitting it into a directory ----------------------------------------------------------------


def _fitted(template: Template, schema: Schema, *, merge: bool) -> Iterator[dict[str, Any]]:
    """The entries of the import, with the ids that they have in this directory."""
    there = {
        entry["name"]: collection
        for entry in template.collections
        if (collection := schema.find(entry["name"])) is not None
    }
    if there and not merge:
        names = ", ".join(sorted(there))
        message = f"These collections are there already: {names}."
        raise _refused("collections", "validation_existing_collections", message)
    targets: dict[str, str] = {}
    for entry in template.collections:
        existing = there.get(entry["name"])
        id_ = existing.id if existing else _free_id(entry, schema)
        targets[entry["name"]] = id_
        if entry.get("id"):
            targets[entry["id"]] = id_
    for entry in template.collections:
        fields = [_pointed(field, targets, schema) for field in entry.get("fields") or ()]
        complete = {**entry, "id": targets[entry["name"]], "fields": fields}
        existing = there.get(entry["name"])
        yield _added(existing, complete) if existing else complete


def _free_id(entry: Mapping[str, Any], schema: Schema) -> str:
    derived = ids.collection_id(str(entry.get("type") or "base"), entry["name"])
    first = id_ = str(entry.get("id") or derived)
    number = 2
    while id_ in schema.by_id:
        id_ = f"{first}{number}"
        number += 1
    return id_


def _pointed(field: dict[str, Any], targets: Mapping[str, str], schema: Schema) -> dict[str, Any]:
    """A field; a relation with the ids of its collections in this directory."""
    if field.get("type") == "relation":
        return {**field, "collectionId": _local(field.get("collectionId", ""), targets, schema)}
    if field.get("type") == "manyToMany":
        ends = {key: field.get(key, "") for key in ("collectionId", "junctionId")}
        return {**field, **{key: _local(named, targets, schema) for key, named in ends.items()}}
    if field.get("type") == "polymorphic":
        named = field.get("collectionIds")
        listed = named if isinstance(named, list) else []
        return {**field, "collectionIds": [_local(one, targets, schema) for one in listed]}
    return field


def _local(named: object, targets: Mapping[str, str], schema: Schema) -> str:
    """The id of the collection that a template names. Raises 400 if there is none."""
    target = str(named)
    found = schema.find(target)
    id_ = targets.get(target) or (found.id if found else "")
    if not id_:
        message = f"The template needs the collection {target}, which is missing."
        raise _refused("collections", "validation_missing_collection", message)
    return id_


def _added(existing: Collection, entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry that adds to a collection what it lacks."""
    fields = [field for field in entry["fields"] if field.get("name") not in existing.by_name]
    known = {index.name for text in existing.indexes if (index := indexes.parse(text))}
    texts = [
        text
        for text in entry.get("indexes") or ()
        if (index := indexes.parse(text)) is None or index.name not in known
    ]
    return {
        "id": existing.id,
        "name": existing.name,
        "fields": [*(field.to_json() for field in existing.fields), *fields],
        "indexes": [*existing.indexes, *texts],
    }


def _refused(key: str, code: str, message: str) -> ApiError:
    return bad_request(NOT_APPLIED, {key: Problem(code, message)})
