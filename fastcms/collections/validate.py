"""What is wrong with a collection that shall be saved, under the reference's keys and codes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from fastcms import filters
from fastcms.collections import links, validate_view
from fastcms.collections.validate_auth import CheckRule, auth_problems
from fastcms.errors import REQUIRED, Problem, Problems, sentence
from fastcms.fields.base import Field, OptionContext, id_problems, name_problems
from fastcms.fields.text import TextField
from fastcms.filters import FilterError
from fastcms.schema import indexes
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema

TYPES = ("base", "auth", "view")
RESERVED_IN_AUTH = frozenset({"passwordConfirm", "oldPassword"})

_WORD = re.compile(r"\w+", re.ASCII)
_INVALID_FORMAT = Problem("validation_match_invalid", "Must be in a valid format.")
_MUST_BE_BLANK = Problem("validation_nil", "Must be blank.")
_SYSTEM_RULE_CHANGE = Problem(
    "validation_collection_system_rule_change", "System collection API rule cannot be changed."
)
INVALID_INDEX = Problem("validation_invalid_index_expression", "Invalid CREATE INDEX expression.")
_SECOND_PRIMARY_KEY = Problem(
    "validation_unsupported_composite_pk",
    "Composite PKs are not supported and the collection must have only 1 PK.",
)


class DatabaseNames(NamedTuple):
    """Names that the database already uses."""

    # Tables and views, in lower case.
    tables: frozenset[str]
    # By index name in lower case: the table that it belongs to.
    indexes: Mapping[str, str]


def collection_problems(
    schema: Schema,
    names: DatabaseNames,
    before: Collection | None,
    after: Collection,
    view_query: Problem | None = None,
    *,
    stored: bool = False,
) -> Problems:
    """Everything wrong with `after` by wire key; `before` is None for a new collection.

    `schema` holds the collections of this moment, without the change unless it is `stored`
    already: an import stores all its collections before it looks at any. `view_query` is what the
    database found wrong with the query of a view.
    """
    check_rule = _rule_checker(schema.with_collection(after), before, after)
    found: dict[str, Problem | Problems | None] = {
        "id": _id_problem(schema, before, after.id),
        "system": _system_problem(before, after),
        "type": _type_problem(before, after),
        "name": _name_problem(schema, names, before, after, stored=stored),
        "fields": _fields_problem(schema, before, after, stored=stored),
        "indexes": _indexes_problem(names, before, after),
        "viewQuery": _view_problem(after) or view_query,
        **validate_view.option_problems(after),
    }
    was = before.rules() if before else dict.fromkeys(after.rules())
    for key, rule in after.rules().items():
        if after.is_view and key in ("createRule", "updateRule", "deleteRule") and rule is not None:
            found[key] = _MUST_BE_BLANK
        else:
            found[key] = check_rule(rule, was[key])
    if after.auth is not None:
        found |= auth_problems(after, after.auth, before.auth if before else None, check_rule)
    return _in_order({key: problem for key, problem in found.items() if problem})


def _in_order(problems: Problems) -> Problems:
    """The same problems with their keys in the reference's order, the alphabetical one."""
    return {
        key: value if isinstance(value, Problem) else _in_order(value)
        for key, value in sorted(problems.items())
    }


def _rule_checker(schema: Schema, before: Collection | None, after: Collection) -> CheckRule:
    def check(rule: str | None, was: str | None) -> Problem | None:
        if rule:
            try:
                filters.check_rule(schema, after, rule)
            except FilterError as error:
                return Problem(
                    "validation_invalid_rule", sentence(f"Invalid rule. Raw error: {error}")
                )
        if before is not None and before.system and rule != was:
            return _SYSTEM_RULE_CHANGE
        return None

    return check


# -- the collection itself ----------------------------------------------------------------------


def _id_problem(schema: Schema, before: Collection | None, id_: str) -> Problem | None:
    if before is not None:
        return None
    if len(id_) > 100:
        return _length_problem(100)
    if not _WORD.fullmatch(id_):
        return _INVALID_FORMAT
    if id_ in schema.by_id:
        return Problem(
            "validation_invalid_or_existing_id", "The model id is invalid or already exists."
        )
    return None


def _system_problem(before: Collection | None, after: Collection) -> Problem | None:
    if before is not None and before.system != after.system:
        return Problem(
            "validation_collection_system_flag_change", "System collection state cannot be changed."
        )
    return None


def _type_problem(before: Collection | None, after: Collection) -> Problem | None:
    if after.type not in TYPES:
        return Problem("validation_in_invalid", "Must be a valid value.")
    if before is not None and before.type != after.type:
        return Problem("validation_collection_type_change", "Collection type cannot be changed.")
    return None


def _name_problem(
    schema: Schema,
    names: DatabaseNames,
    before: Collection | None,
    after: Collection,
    *,
    stored: bool,
) -> Problem | None:
    name = after.name
    if not name:
        return REQUIRED
    if len(name) > 255:
        return _length_problem(255)
    if "_via_" in name:
        return Problem("validation_found_via", 'The value cannot contain "_via_".')
    if not _WORD.fullmatch(name):
        return _INVALID_FORMAT
    if before is not None and before.system and before.name != name:
        return Problem(
            "validation_collection_system_name_change", "System collection name cannot be changed."
        )
    if any(c.name.lower() == name.lower() and c.id != after.id for c in schema):
        return Problem(
            "validation_collection_name_exists",
            "Collection name must be unique (case insensitive).",
        )
    if name in schema.by_id:
        return Problem(
            "validation_collection_name_id_duplicate",
            "The name must not match an existing collection id.",
        )
    renamed = before is None or before.name.lower() != name.lower()
    # Of a stored collection the table is its own.
    if renamed and not stored and name.lower() in names.tables:
        return Problem(
            "validation_collection_name_invalid",
            "The name shouldn't match with an existing internal table.",
        )
    return None


def _view_problem(after: Collection) -> Problem | None:
    return REQUIRED if after.is_view and not after.view_query else None


def _length_problem(limit: int) -> Problem:
    return Problem(
        "validation_length_out_of_range",
        f"The length must be between 1 and {limit}.",
        {"max": limit, "min": 1},
    )


# -- fields -------------------------------------------------------------------------------------


def _fields_problem(
    schema: Schema, before: Collection | None, after: Collection, *, stored: bool
) -> Problem | Problems | None:
    """The first kind of problem that there is; a kind may stand at several fields."""
    if after.is_view:
        # They follow from the query.
        if not after.fields:
            return REQUIRED
        return _primary_key_problem(after) or _option_problems(schema, {}, after)
    old = {field.id: field for field in before.fields} if before else {}
    return (
        _duplicate_problem(after.fields)
        or _primary_key_problem(after)
        or _system_field_problem(old.values(), after)
        or _field_type_problems(old, after.fields)
        or (_reserved_name_problem(after.fields) if after.is_auth else None)
        # The reference compares options with those in the database.
        or _option_problems(schema, {f.id: f for f in after.fields} if stored else old, after)
        or links.option_problems(schema.with_collection(after), after)
        or links.junction_problem(schema.with_collection(after), after)
    )


def _duplicate_problem(fields: Iterable[Field]) -> Problems | None:
    seen: set[str] = set()
    for position, field in enumerate(fields):
        if field.name.lower() in seen:
            problem = Problem(
                "validation_duplicated_field_name",
                f"Duplicated or invalid field name {field.name}.",
                {"fieldName": field.name},
            )
            return {str(position): {"name": problem}}
        seen.add(field.name.lower())
    return None


def _primary_key_problem(collection: Collection) -> Problem | None:
    field = collection.field("id")
    if isinstance(field, TextField) and field.primary_key:
        return None
    return Problem("validation_missing_primary_key", 'Missing or invalid "id" PK field.')


def _system_field_problem(old: Iterable[Field], after: Collection) -> Problem | None:
    names = {field.id: field.name for field in after.fields}
    if any(field.system and names.get(field.id) != field.name for field in old):
        return Problem(
            "validation_system_field_change", "System fields cannot be deleted or renamed."
        )
    return None


def _field_type_problems(old: Mapping[str, Field], fields: Iterable[Field]) -> Problems | None:
    problem = Problem("validation_field_type_change", "Field type cannot be changed.")
    return {
        str(position): problem
        for position, field in enumerate(fields)
        if field.id in old and old[field.id].type != field.type
    }


def _reserved_name_problem(fields: Iterable[Field]) -> Problems | None:
    for position, field in enumerate(fields):
        if field.name in RESERVED_IN_AUTH:
            problem = Problem(
                "validation_reserved_field_name", "The field name is reserved and cannot be used."
            )
            return {str(position): {"name": problem}}
    return None


def _option_problems(
    schema: Schema, old: Mapping[str, Field], after: Collection
) -> Problems | None:
    types = {collection.id: collection.type for collection in schema}
    keys = [field for field in after.fields if isinstance(field, TextField) and field.primary_key]
    found: dict[str, Problems] = {}
    for position, field in enumerate(after.fields):
        context = OptionContext(types, after.type, old.get(field.id))
        problems: dict[str, Problem] = {}
        for key, check in (("id", id_problems), ("name", name_problems)):
            for problem in check(getattr(field, key)):
                problems.setdefault(key, problem)
        for key, problem in field.validate_options(context):
            problems.setdefault(key, problem)
        if len(keys) > 1 and field in keys:
            problems["primaryKey"] = _SECOND_PRIMARY_KEY
        if problems:
            found[str(position)] = nested(problems)
    return found


def nested(problems: Mapping[str, Problem]) -> Problems:
    """Problems under dotted keys as a tree: `onlyDomains.0` becomes an object in an object."""
    tree: dict[str, Problem | Problems] = {}
    for path, problem in problems.items():
        *parents, leaf = path.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})  # type: ignore[assignment]
        branch[leaf] = problem
    return tree


# -- indexes ------------------------------------------------------------------------------------


def _indexes_problem(
    names: DatabaseNames, before: Collection | None, after: Collection
) -> Problem | Problems | None:
    if after.is_view:
        if after.indexes:
            return Problem(
                "validation_indexes_not_supported", "View collections don't support indexes."
            )
        return None
    own = {after.name.lower(), before.name.lower() if before else ""}
    seen_names: set[str] = set()
    seen_meanings: set[str] = set()
    for position, text in enumerate(after.indexes):
        index = indexes.parse(text)
        if index is None:
            return {str(position): INVALID_INDEX}
        name = index.name.lower()
        owner = names.indexes.get(name, "")
        problem = None
        if name in seen_names:
            problem = Problem("validation_duplicated_index_name", "The index name already exists.")
        elif owner and owner.lower() not in own:
            problem = Problem(
                "validation_existing_index_name",
                f"The index name is already used in {owner} collection.",
                {"usedTableName": owner},
            )
        elif index.meaning() in seen_meanings:
            problem = Problem(
                "validation_duplicated_index_definition", "The index definition already exists."
            )
        if problem:
            return {str(position): problem}
        seen_names.add(name)
        seen_meanings.add(index.meaning())
    return _lost_system_index_problem(before, after) if before else None


def _lost_system_index_problem(before: Collection, after: Collection) -> Problem | None:
    """Unique indexes that hold a system field must stay, by whatever name and condition."""
    system = {field.name.lower(): field.name for field in before.fields if field.system}
    kept = {index.meaning(plain=True) for text in after.indexes if (index := indexes.parse(text))}
    for text in before.indexes:
        index = indexes.parse(text)
        if index is None or not index.unique or index.meaning(plain=True) in kept:
            continue
        for column in index.columns:
            if name := system.get(column.name.lower()):
                return Problem(
                    "validation_invalid_unique_system_field_index",
                    f"Unique index definition on system fields ({name}) is invalid or missing.",
                    {"fieldName": name},
                )
    return None
