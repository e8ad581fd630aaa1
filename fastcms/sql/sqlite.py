"""The SQLite dialect."""

from __future__ import annotations


class SqliteDialect:
    """SQLite's spellings, the reference's guards around its JSON functions included."""

    def identifier(self, name: str) -> str:
        return '"' + name.replace('"', '""') + '"'

    def placeholder(self, position: int) -> str:
        return "?"

    def constant(self, value: bool | str | None) -> str:
        return "NULL" if value is None else "''" if value == "" else "1" if value else "0"

    def same(self, left: str, right: str, *, negated: bool) -> str:
        return f"{left} IS NOT {right}" if negated else f"{left} IS {right}"

    def like(self, value: str, pattern: str, *, negated: bool) -> str:
        return f"{value} {'NOT ' if negated else ''}LIKE {pattern} ESCAPE '\\'"

    def glob(self, value: str, pattern: str) -> str:
        return f"{value} GLOB {pattern}"

    def call(self, function: str, args: list[str]) -> str:
        return f"{function.upper()}({', '.join(args)})"

    def json_extract(self, column: str, path: tuple[str | int, ...]) -> str:
        steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
        steps = steps.replace("'", "''")
        # Wrapped into an object, any text can be asked like a JSON value.
        return (
            f"(CASE WHEN json_valid({column}) THEN json_extract({column}, '${steps}')"
            f" ELSE json_extract(json_object('pb', {column}), '$.pb{steps}') END)"
        )

    def json_length(self, value: str, *, is_array: bool) -> str:
        if is_array:
            return f"json_array_length({value})"
        return (
            f"json_array_length(CASE WHEN {_is_array(value)} THEN {value}"
            f" WHEN {value} = '' OR {value} IS NULL THEN json_array()"
            f" ELSE json_array({value}) END)"
        )

    def json_items(self, value: str, *, is_array: bool) -> str:
        if is_array:
            return f"json_each({value})"
        return f"json_each(CASE WHEN {_is_array(value)} THEN {value} ELSE json_array({value}) END)"

    def join(self, source: str, alias: str, on: str, *, is_inner: bool) -> str:
        kind = "JOIN" if is_inner else "LEFT JOIN"
        return f"{kind} {source} {alias}" + (f" ON {on}" if on else "")

    def one_row(self) -> str:
        return "(SELECT 1)"

    def random(self) -> str:
        return "RANDOM()"

    def row_id(self, table: str) -> str:
        return f"{table}._rowid_"


def _is_array(value: str) -> str:
    # Both servers write arrays without space before them: their first character spares a second
    # reading of the text by json_type.
    is_plain = f"{value} >= '[' AND {value} < '\\' AND json_valid({value})"
    return f"{is_plain} OR iif(json_valid({value}), json_type({value}) = 'array', 0)"


SQLITE = SqliteDialect()
