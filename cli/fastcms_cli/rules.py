"""`fastcms rules`: why a rule lets somebody act, or does not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from fastcms_cli import console
from fastcms_cli.options import AsJson, DataDir, begin, chosen_dir

if TYPE_CHECKING:
    from pathlib import Path

    from fastcms.explain.explain import Clause, Explanation

app = typer.Typer(help="Explains the rules of collections.")

Action = Literal["list", "view", "create", "update", "delete", "manage", "auth"]

_KINDS = {"all": "all of", "any": "any of"}


@app.callback(invoke_without_command=True)
def start(context: typer.Context, directory: DataDir = None) -> None:
    """Explains the rules of collections."""
    begin(context, directory)


@app.command()
def explain(
    context: typer.Context,
    collection: Annotated[str, typer.Argument(help="Name or id of the collection.")],
    action: Annotated[Action, typer.Argument(show_default=False)],
    *,
    record: Annotated[str, typer.Option(help="Id of the record acted upon.")] = "",
    auth: Annotated[
        str, typer.Option(metavar="COLLECTION/ID", help="Who acts; a guest if left out.")
    ] = "",
    query: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="A query parameter; repeatable.")
    ] = None,
    header: Annotated[
        list[str] | None, typer.Option(metavar="NAME:VALUE", help="A header; repeatable.")
    ] = None,
    body: Annotated[str, typer.Option(metavar="JSON", help="The body, or a create's draft.")] = "",
    method: Annotated[str, typer.Option(help="The method, if not the action's own.")] = "",
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Says whether a rule lets a request through, and what each of its clauses is.

    \b
    fastcms rules explain posts update --record post00000000001 --auth users/user00000000001
    """
    try:
        question = {
            "collection": collection,
            "action": action,
            "record": record,
            "auth": _caller(auth),
            "query": dict(_pair(text, "=", "--query") for text in query or ()),
            "headers": dict(_pair(text, ":", "--header") for text in header or ()),
            "body": _object(body),
            "method": method,
        }
        answer = _asked(chosen_dir(context, directory), question)
    except console.Failure as failure:
        if as_json:
            console.say_json({"ok": False, "message": str(failure)})
            raise typer.Exit(1) from failure
        raise
    if as_json:
        from msgspec import to_builtins

        console.say_json({"ok": True, **to_builtins(answer)})
        return
    for line in _lines(answer, collection):
        console.say(line)


def _caller(text: str) -> dict[str, str] | None:
    if not text:
        return None
    collection, _, id_ = text.partition("/")
    if not id_:
        raise console.Failure("--auth has the form COLLECTION/ID")
    return {"collection": collection, "id": id_}


def _pair(text: str, sign: str, option: str) -> tuple[str, str]:
    name, found, value = text.partition(sign)
    if not found:
        raise console.Failure(f"{option} has the form NAME{sign}VALUE")
    return name.strip(), value.strip() if sign == ":" else value


def _object(text: str) -> Any:
    if not text:
        return None
    try:
        value = json.loads(text)
    except ValueError as error:
        raise console.Failure(f"--body is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise console.Failure("--body is no JSON object")
    return value


def _asked(data_dir: Path, question: dict[str, Any]) -> Explanation:
    import asyncio

    from fastcms.directory import open_directory
    from fastcms.errors import ApiError, leaves
    from fastcms.explain.explain import explain as answer
    from fastcms.explain.question import read

    opened = open_directory(data_dir)
    try:
        return asyncio.run(answer(opened, read(question)))
    except ApiError as error:
        found = [f"{path}: {problem.message}" for path, problem in leaves(error.data)]
        raise console.Failure("; ".join(found) or error.message) from error
    finally:
        opened.close()


def _lines(answer: Explanation, collection: str) -> Iterator[str]:
    yield f"{'allowed' if answer.allowed else 'denied'}: {answer.message}"
    rule = "null" if answer.rule is None else answer.rule or "empty"
    yield f"{collection} {answer.rule_name}: {rule}"
    if answer.expression is not None:
        yield ""
        yield from _parts(answer.expression, 0)
    if answer.sql is not None and not answer.sql.text:
        yield ""
        yield "No record can match, so the database is not asked."
    elif answer.sql is not None:
        yield ""
        yield answer.sql.text
        yield f"values: {', '.join(map(repr, answer.sql.values))}"
        yield "plan:"
        depths = {0: 0}
        for step in answer.sql.plan:
            depths[step.id] = depths.get(step.parent, 0) + 1
            yield f"{'  ' * depths[step.id]}{step.detail}"


def _parts(part: Clause, depth: int) -> Iterator[str]:
    value = "-" if part.value is None else str(part.value).lower()
    place = f"{part.start}-{part.end}"
    text = _KINDS.get(part.kind) or " ".join(part.text.split())
    fault = f"  ({part.fault.message})" if part.fault is not None and not part.items else ""
    yield f"{value:<5}  {place:>9}  {'  ' * depth}{text}{fault}"
    for item in part.items:
        yield from _parts(item, depth + 1)
