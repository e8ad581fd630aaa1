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

    def json_length(self, column: str) -> str:
        return (
            f"json_array_length(CASE WHEN {_is_array(column)} THEN {column}"
            f" WHEN {column} = '' OR {column} IS NULL THEN json_array()"
            f" ELSE json_array({column}) END)"
        )

    def json_items(self, value: str, *, is_column: bool) -> str:
        if not is_column:
            return f"json_each({value})"
        return f"json_each(CASE WHEN {_is_array(value)} THEN {value} ELSE json_array({value}) END)"

    def join(self, source: str, alias: str, on: str) -> str:
        return f"LEFT JOIN {source} {alias}" + (f" ON {on}" if on else "")

    def random(self) -> str:
        return "RANDOM()"

    def row_id(self, table: str) -> str:
        return f"{table}._rowid_"


def _is_array(column: str) -> str:
    return f"iif(json_valid({column}), json_type({column}) = 'array', 0)"


SQLITE = SqliteDialect()
