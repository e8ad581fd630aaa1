"""`fastcms settings get`, `set`, `reset` and `describe`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fastcms_cli import console, opened
from fastcms_cli.options import AsJson, DataDir, chosen_dir, existing_dir

if TYPE_CHECKING:
    from fastcms.core import App
    from fastcms.settings.describe import Entry
    from fastcms.settings.documents import Documents
    from fastcms.store.store import Tx

MASK = "***"

OneKey = Annotated[
    str, typer.Argument(metavar="[KEY]", help="A key or a section; all if not given.")
]


def get(
    context: typer.Context,
    key: OneKey = "",
    *,
    changed: Annotated[
        bool, typer.Option("--changed", help="Only what is not the default.")
    ] = False,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Shows stored settings. Of a secret only whether it is set.

    What the configuration sets above them, config show shows.
    One key alone is shown as it is, for scripts; a section, or all, as lines of KEY = JSON.

    \b
    fastcms settings get
    fastcms settings get meta.appName
    fastcms settings get smtp --json
    """
    from fastcms.settings.describe import schema, value_at
    from fastcms.settings.documents import load_documents

    wanted = _entries(key)

    async def look(app: App) -> tuple[dict[str, Any], set[str]]:
        documents = load_documents(app.store.read_now)
        facts = [fact for group in schema(documents)["groups"] for fact in group["keys"]]
        values = {
            entry.path: _masked(value_at(entry.path, documents), secret=entry.key.secret)
            for entry in wanted
        }
        return values, {fact["key"] for fact in facts if not fact["isDefault"]}

    values, differing = opened.on(existing_dir(context, directory), look)
    if changed:
        values = {path: value for path, value in values.items() if path in differing}
    if as_json:
        console.say_json({"ok": True, "settings": _plain(values)})
    elif [key] == [entry.path for entry in wanted] and not changed:
        value = values[key]
        console.say(value if isinstance(value, str) else _json(value))
    else:
        for path, value in values.items():
            console.say(f"{path} = {_json(value)}")


def set_(
    context: typer.Context,
    changes: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY=VALUE...",
            help="Values are JSON; text may stand without quotes. @FILE reads one from a file, "
            "- from stdin.",
        ),
    ],
    *,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Changes settings: all that is named, or nothing. A running server follows at once.

    Secrets better come from a file or from stdin: the shell keeps what was typed.

    \b
    fastcms settings set meta.appName="My shop" smtp.enabled=true smtp.port=2525
    fastcms settings set smtp.password=@/run/secrets/smtp
    pass show smtp | fastcms settings set smtp.password=-
    fastcms settings set rateLimits.rules='[{"label": "*:auth", "duration": 3, "maxRequests": 2}]'
    """
    from fastcms.settings.documents import changed_documents

    if [change.partition("=")[2] for change in changes].count("-") > 1:
        raise console.Failure("stdin can be the value of one key only")
    body: dict[str, Any] = {}
    for change in changes:
        _take(body, change)

    _save(
        chosen_dir(context, directory),
        "changed",
        [change.partition("=")[0] for change in changes],
        lambda documents: changed_documents(documents, body),
        as_json=as_json,
    )


def reset(
    context: typer.Context,
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="Keys or sections.")],
    *,
    as_json: AsJson = False,
    directory: DataDir = None,
) -> None:
    """Gives keys or whole sections their defaults again; secrets are forgotten.

    \b
    fastcms settings reset smtp meta.appName
    """
    from fastcms.settings.documents import reset as restored

    for key in keys:
        _entries(key or " ")
    _save(
        existing_dir(context, directory),
        "reset",
        keys,
        lambda documents: restored(documents, keys),
        as_json=as_json,
    )


def describe(key: OneKey = "", *, as_json: AsJson = False) -> None:
    """Says what settings mean, their defaults, and what is allowed.

    \b
    fastcms settings describe
    fastcms settings describe smtp.port
    """
    from fastcms.settings.describe import allowed

    found = _entries(key)
    if as_json:
        keys = [
            {
                "key": entry.path,
                "title": entry.key.title,
                "description": entry.key.description,
                "default": _plain(entry.key.default),
                "allowed": allowed(entry),
                "secret": entry.key.secret,
            }
            for entry in found
        ]
        console.say_json({"ok": True, "keys": keys})
        return
    for entry in found:
        facts = [f"default {_json(entry.key.default)}"]
        facts += [text] if (text := allowed(entry).replace("`", "")) else []
        console.say(f"{entry.path}: {'; '.join(facts)}\n    {entry.key.description}")


def _save(
    data_dir: Path,
    verb: str,
    keys: Sequence[str],
    change: Callable[[Documents], Documents],
    *,
    as_json: bool,
) -> None:
    from fastcms.errors import leaves
    from fastcms.logs.sweep import sweep
    from fastcms.settings.documents import (
        all_problems,
        load_documents,
        save_documents,
        set_outside,
    )

    async def work(app: App) -> None:
        def write(tx: Tx) -> None:
            # In the transaction: what others change at the same moment is not lost.
            old = load_documents(tx.execute)
            new = change(old)
            wrong = all_problems(new) or set_outside(app.overrides, old, new)
            if found := list(leaves(wrong)):
                raise console.Failure("; ".join(f"{path}: {p.message}" for path, p in found))
            save_documents(tx, old, new)

        before = app.settings.logs
        await app.store.write(write)
        app.reload()
        if app.settings.logs != before:
            # A server would do it when it follows; here may be none.
            await sweep(app)

    try:
        opened.on(data_dir, work)
    except console.Failure as failure:
        if not as_json:
            raise
        console.say_json({"ok": False, "message": str(failure)})
        raise typer.Exit(1) from failure
    if as_json:
        console.say_json({"ok": True, "keys": list(keys)})
    else:
        console.say(f"Successfully {verb} {', '.join(keys)}!")


def _entries(key: str) -> list[Entry]:
    """The keys below a section, a key itself, or all. Raises Failure for an unknown one."""
    from fastcms.settings.describe import groups

    known = [entry for group in groups() for entry in group.entries]
    found = [entry for entry in known if not key or f"{entry.path}.".startswith(f"{key}.")]
    if not found:
        from difflib import get_close_matches

        names = [entry.path for entry in known] + [group.path for group in groups()]
        near = get_close_matches(key, names, 1)
        hint = f"; did you mean {near[0]}?" if near else "; see fastcms settings describe"
        raise console.Failure(f"there is no setting {key}{hint}")
    return found


def _take(body: dict[str, Any], change: str) -> None:
    """Adds KEY=VALUE to the tree of changes."""
    key, equals, text = change.partition("=")
    if not equals:
        raise console.Failure(f"{change}: write it as KEY=VALUE")
    entries = _entries(key)
    if [entry.path for entry in entries] == [key]:
        _put(body, entries[0], _value(entries[0], _read(key, text)))
        return
    value = _parsed(key, _read(key, text))
    if not isinstance(value, dict):
        raise console.Failure(f"{key} is a section; give a JSON object, or one of its keys")
    for name, inner in _leaves(key, value):
        found = _entries(name)
        if [entry.path for entry in found] != [name]:
            raise console.Failure(f"{name} is a section; give a JSON object for it")
        _put(body, found[0], _checked(found[0], inner))


def _leaves(prefix: str, value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    found = []
    for name, inner in value.items():
        path = f"{prefix}.{name}"
        found += _leaves(path, inner) if isinstance(inner, dict) else [(path, inner)]
    return found


def _read(key: str, text: str) -> str:
    if text == "-":
        import sys

        return sys.stdin.read().rstrip("\r\n")
    if not text.startswith("@"):
        return text
    try:
        return Path(text[1:]).read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise console.Failure(f"{key}: {text[1:]} cannot be read: {reason}") from error


def _value(entry: Entry, text: str) -> Any:
    is_text = isinstance(entry.key.default, str)
    if is_text and not text.startswith('"'):
        return _checked(entry, text)
    return _checked(entry, _parsed(entry.path, text))


def _parsed(key: str, text: str) -> Any:
    import msgspec

    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        # Not the text itself: it may be a secret.
        raise console.Failure(f"{key}: that is no JSON ({error})") from error


def _checked(entry: Entry, value: Any) -> Any:
    import msgspec

    if entry.key.secret and value == MASK:
        raise console.Failure(
            f"{entry.path}: {MASK} only stands for a secret that is set; leave it out to keep it"
        )
    try:
        msgspec.convert(value, entry.key.type)
    except msgspec.ValidationError as error:
        raise console.Failure(f"{entry.path}: {error}") from error
    return value


def _put(body: dict[str, Any], entry: Entry, value: Any) -> None:
    *parents, last = entry.path.split(".")
    for parent in parents:
        body = body.setdefault(parent, {})
    body[last] = value


def _masked(value: Any, *, secret: bool) -> Any:
    return (MASK if value else "") if secret else value


def _plain(value: Any) -> Any:
    import msgspec

    return msgspec.to_builtins(value)


def _json(value: Any) -> str:
    import json

    return json.dumps(_plain(value), ensure_ascii=False)
