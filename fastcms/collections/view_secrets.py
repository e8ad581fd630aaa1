"""What a view must not show: secrets, tables that are no collections, hidden fields in disguise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from fastcms.collections import sync
from fastcms.schema.collection import Collection
from fastcms.schema.snapshot import Schema
from fastcms.store.shadow import Read

if TYPE_CHECKING:
    from sqlglot.expressions import Expr

# Functions that make rows of their arguments; the database takes them for tables.
TABLE_FUNCTIONS = frozenset({"json_each", "json_tree", "jsonb_each", "jsonb_tree"})
# The columns of those that carry what they were given.
_ITEM_COLUMNS = frozenset({"key", "value", "atom", "json", "fullkey", "path"})
SECRET = "the field {} is a secret, which views cannot read"  # noqa: S105 (a message)
FOREIGN = "{} is not a collection; views can only read from collections"


class ForbiddenReadError(ValueError):
    """The query reads what no view may read; `name` is the word in it to point at."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(text)
        self.name = name


def check_reads(schema: Schema, reads: Iterable[Read]) -> None:
    """Raises ForbiddenReadError for a read of a secret or of a table that is no collection."""
    for table, column in sorted(reads):
        collection = _collection(schema, table)
        if collection is None:
            if table not in TABLE_FUNCTIONS:
                raise ForbiddenReadError(FOREIGN.format(table), table)
        elif is_secret(collection, column):
            raise ForbiddenReadError(SECRET.format(f"{collection.name}.{column}"), column)


def is_secret(collection: Collection, column: str) -> bool:
    """Whether a column holds what never leaves the server: a hash, or the key of tokens."""
    name = column.lower()
    if collection.is_auth and name == "tokenkey":
        return True
    return any(f.type == "password" and f.name.lower() == name for f in collection.fields)


def hidden_reads(schema: Schema, reads: Iterable[Read]) -> set[str]:
    """The lower case names of the hidden fields that the query reads, also by way of views."""
    found: set[str] = set()
    for table, column in reads:
        collection = _collection(schema, table)
        if collection is not None:
            hidden = {field.name.lower() for field in collection.fields if field.hidden}
            found |= hidden & {column.lower()}
    return found


def revealing(query: str, hidden: set[str], columns: int) -> tuple[set[int], bool]:
    """The positions of the columns whose values depend on fields of these names.

    Also whether names mean the same everywhere in the query, because nothing in it gives them to
    something else. Errs on the side of the secret: names count, wherever they are from, and of a
    query that cannot be read every column.
    """
    # A third of a second: only for queries that read hidden fields.
    import sqlglot
    from sqlglot import expressions
    from sqlglot.errors import SqlglotError

    everything = set(range(columns))
    try:
        tree = sqlglot.parse_one(query, dialect="sqlite")
    except (SqlglotError, RecursionError):
        return everything, False
    flow = _Flow(tree, hidden)
    found = flow.positions(tree)
    plain = len(list(tree.find_all(expressions.Select))) == 1
    return (everything if found is None else found), plain


class _Flow:
    """Follows names through the sub-queries of a statement until no new one is found."""

    def __init__(self, tree: Expr, hidden: set[str]) -> None:
        from sqlglot import expressions

        self._types = expressions
        self._tree = tree
        self._names = set(hidden)
        self._in_windows = False
        while True:
            known = len(self._names), self._in_windows
            self._follow()
            if known == (len(self._names), self._in_windows):
                break

    def positions(self, query: Expr) -> set[int] | None:
        """The columns of a query that hold one of the names; None if it cannot be told which."""
        types = self._types
        if isinstance(query, types.Subquery):
            return self.positions(query.this)
        if isinstance(query, types.SetOperation):
            left, right = self.positions(query.left), self.positions(query.right)
            return None if left is None or right is None else left | right
        if isinstance(query, types.Select):
            if any(e.is_star for e in query.expressions):
                return None
            return {i for i, e in enumerate(query.expressions) if self._holds(e)}
        return None

    def _follow(self) -> None:
        types = self._types
        for select in self._tree.find_all(types.Select):
            named = [e.alias_or_name for e in select.expressions if self._holds(e)]
            self._add(named)
            windows: list[Expr] = select.args.get("windows") or []
            self._in_windows |= any(self._holds(window) for window in windows)
        for union in self._tree.find_all(types.SetOperation):
            self._add_outputs(union, union.named_selects)
        for alias in self._tree.find_all(types.TableAlias):
            if alias.columns and isinstance(alias.parent, types.CTE | types.Subquery):
                self._add_outputs(alias.parent.this, [c.name for c in alias.columns])
        for table in self._tree.find_all(types.Table):
            if not isinstance(table.this, types.Identifier) and self._holds(table.this):
                self._add(_ITEM_COLUMNS)

    def _add_outputs(self, query: Expr, names: Sequence[str]) -> None:
        found = self.positions(query)
        self._add(names if found is None else [n for i, n in enumerate(names) if i in found])

    def _add(self, names: Iterable[str]) -> None:
        self._names |= {name.lower() for name in names if name}

    def _holds(self, node: Expr) -> bool:
        types = self._types
        for part in node.walk():
            if isinstance(part, types.Column) and part.name.lower() in self._names:
                return True
            if isinstance(part, types.Star) and not isinstance(part.parent, types.Count):
                return True
            if isinstance(part, types.Window) and part.args.get("alias") and self._in_windows:
                return True
        return False


def position_of(query: str, name: str) -> int:
    """Where a name stands in the query, in characters; -1 if it stands nowhere as such."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", query, re.IGNORECASE)
    return found.start() if found else -1


def _collection(schema: Schema, table: str) -> Collection | None:
    """The collection whose records are in a table or view; a kept view's are in its own table."""
    for collection in schema:
        if table.lower() in (collection.name.lower(), sync.cache_table(collection.id).lower()):
            return collection
    return None
