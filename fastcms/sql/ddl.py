"""Statements that change tables, as text: columns, names, and values that change their form.

Names are those of collections and fields, which are letters, digits and underscores; they are
quoted all the same.
"""

from __future__ import annotations

from collections.abc import Mapping

PRIMARY_KEY = "TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL"

# By the name of a storage kind; the texts are the reference's to the letter.
COLUMN_TYPES = {
    "text": "TEXT DEFAULT '' NOT NULL",
    "number": "NUMERIC DEFAULT 0 NOT NULL",
    "bool": "BOOLEAN DEFAULT FALSE NOT NULL",
    "date": "TEXT DEFAULT '' NOT NULL",
    "json": "JSON DEFAULT NULL",
    "list": "JSON DEFAULT '[]' NOT NULL",
    "geo": """JSON DEFAULT '{"lon":0,"lat":0}' NOT NULL""",
}

VIEWS = "SELECT name, sql FROM sqlite_master WHERE type = 'view' AND sql IS NOT NULL"
INDEX_OWNERS = "SELECT lower(name), tbl_name FROM sqlite_master WHERE type = 'index'"
INDEXES_OF = (
    "SELECT name, sql FROM sqlite_master"
    " WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ? COLLATE NOCASE"
)
COLUMNS_OF = "SELECT lower(name) FROM pragma_table_info(?)"
TABLE_NAMES = "SELECT lower(name) FROM sqlite_master WHERE type IN ('table', 'view')"


def name(text: str) -> str:
    """A quoted identifier."""
    return "`" + text.replace("`", "``") + "`"


def create_table(table: str, columns: Mapping[str, str]) -> str:
    """Columns by name with their types; they come in alphabetical order, as the reference's do."""
    parts = (f"{name(column)} {columns[column]}" for column in sorted(columns))
    return f"CREATE TABLE {name(table)} ({', '.join(parts)})"


def drop_table(table: str) -> str:
    """Deletes a table with all its rows."""
    return f"DROP TABLE {name(table)}"


def rename_table(old: str, new: str) -> str:
    """Renames a table; views that read it follow."""
    return f"ALTER TABLE {name(old)} RENAME TO {name(new)}"


def add_column(table: str, column: str, type_: str) -> str:
    """Adds a column; existing rows get its default."""
    return f"ALTER TABLE {name(table)} ADD COLUMN {name(column)} {type_}"


def drop_column(table: str, column: str) -> str:
    """Drops a column with its values."""
    return f"ALTER TABLE {name(table)} DROP COLUMN {name(column)}"


def rename_column(table: str, old: str, new: str) -> str:
    """Renames a column; views that read it follow."""
    return f"ALTER TABLE {name(table)} RENAME COLUMN {name(old)} TO {name(new)}"


def drop_index(index: str) -> str:
    """Drops an index that may be gone already."""
    return f"DROP INDEX IF EXISTS {name(index)}"


def drop_view(view: str) -> str:
    """Drops a view that may be gone already."""
    return f"DROP VIEW IF EXISTS {name(view)}"


def create_view(view: str, definition: str) -> str:
    """A view by the text that follows AS."""
    return f"CREATE VIEW {name(view)} AS {definition}"


def probe(table: str) -> str:
    """Fails when a view cannot be read any more; reads nothing."""
    return f"SELECT * FROM {name(table)} LIMIT 0"


def copy_as_list(table: str, source: str, target: str) -> str:
    """Fills a list column from a column of single values: empty is no item."""
    old = name(source)
    return (
        f"UPDATE {name(table)} SET {name(target)} = CASE"
        f" WHEN coalesce({old}, '') = '' THEN '[]'"
        f" WHEN {_is_array(old)} THEN {old}"
        f" ELSE json_array({old}) END"
    )


def copy_as_single(table: str, source: str, target: str) -> str:
    """Fills a column of single values with the last item of each list."""
    old = name(source)
    return (
        f"UPDATE {name(table)} SET {name(target)} = CASE"
        f" WHEN coalesce({old}, '') IN ('', '[]') THEN ''"
        f" WHEN {_is_array(old)} THEN coalesce(json_extract({old}, '$[#-1]'), '')"
        f" ELSE {old} END"
    )


# By storage kind: the condition for a value that somebody gave, with the column as `{0}`.
_GIVEN = {
    "number": "{0} != 0",
    "bool": "{0} != 0",
    "list": "{0} NOT IN ('', '[]')",
    "json": "coalesce({0}, 'null') NOT IN ('null', '\"\"', '[]', '{{}}')",
    "geo": (
        "iif(json_valid({0}), json_extract({0}, '$.lon') != 0"
        " OR json_extract({0}, '$.lat') != 0, FALSE)"
    ),
}


def count_rows(table: str) -> str:
    """How many rows a table has."""
    return f"SELECT count(*) FROM {name(table)}"


def count_values(table: str, column: str, kind: str) -> str:
    """How many rows have more in a column than the zero value of its storage kind."""
    given = _GIVEN.get(kind, "{0} != ''").format(name(column))
    return f"{count_rows(table)} WHERE {given}"


def count_long_lists(table: str, column: str) -> str:
    """How many rows have several items in a list column."""
    lists = _is_array(name(column))
    return f"{count_rows(table)} WHERE iif({lists}, json_array_length({name(column)}) > 1, FALSE)"


def _is_array(column: str) -> str:
    return f"iif(json_valid({column}), json_type({column}) = 'array', FALSE)"
