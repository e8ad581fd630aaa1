"""Why a rule lets somebody act, or does not.

Every answer comes from `records.rules`, which decides the requests too: the rule as a whole, and
each part of it as if that part's text were the rule. Nothing here evaluates anything itself, so an
explanation cannot disagree with the decision.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

import msgspec

from fastcms.core import App
from fastcms.errors import ApiError
from fastcms.explain.question import Action, Question, described, plan, problem
from fastcms.filters import Condition, FilterError, ast
from fastcms.filters.parser import parse
from fastcms.http.params import page_params
from fastcms.http.request import Request
from fastcms.records import body as bodies
from fastcms.records.compiled import SECRETS, Compiled
from fastcms.records.query import NEVER, list_condition, page_statement
from fastcms.records.record import Record
from fastcms.records.rules import lets, lets_draft
from fastcms.records.write import allowed, find, manage_rule
from fastcms.store.errors import StoreError
from fastcms.values import SqlValue

Reason: TypeAlias = Literal[
    "superuser",
    "no_rule",
    "empty_rule",
    "rule_holds",
    "rule_fails",
    "rule_filters",
    "rule_broken",
    "no_record",
    "bad_query",
    "unsupported",
]
RULE_NAMES: dict[Action, str] = {
    "list": "listRule",
    "view": "viewRule",
    "create": "createRule",
    "update": "updateRule",
    "delete": "deleteRule",
    "manage": "manageRule",
    "auth": "authRule",
}


class Fault(msgspec.Struct, frozen=True):
    """Why a text cannot be used; `position` counts characters, null where none is to blame."""

    message: str
    position: int | None = None


class Clause(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of the rule with its value: null where the rule is asked of no record at all."""

    kind: Literal["clause", "all", "any"]
    start: int
    end: int
    text: str
    value: bool | None
    fault: Fault | None = None
    items: list[Clause] = []


class PlanStep(msgspec.Struct, frozen=True):
    """One row of EXPLAIN QUERY PLAN."""

    id: int
    parent: int
    detail: str


class Statement(msgspec.Struct, frozen=True):
    """The statement of a list's page; no text where none is run because nothing can match."""

    text: str
    values: tuple[SqlValue, ...]
    plan: list[PlanStep]


class Outcome(NamedTuple):
    """The decision in one word and in a sentence."""

    allowed: bool
    reason: Reason
    message: str
    fault: Fault | None = None


class Explanation(msgspec.Struct, frozen=True):
    """The answer of the route."""

    allowed: bool
    reason: Reason
    message: str
    fault: Fault | None
    # As the collection has it, or as it was asked.
    rule_name: str = msgspec.field(name="ruleName")
    rule: str | None
    # None where the rule is not asked, or cannot be parsed.
    expression: Clause | None
    # Of a list that is let through.
    sql: Statement | None


class _Case:
    """A rule with the caller and the record that it is asked for."""

    def __init__(self, request: Request, compiled: Compiled, question: Question) -> None:
        self.request = request
        self.compiled = compiled
        self.action = question.action
        self.record_id = question.record or ""
        self.is_draft = question.action == "create" or (
            question.action == "manage" and question.draft is not None
        )
        self.draft = Record.blank(compiled.collection)
        self.is_stored = question.rule is msgspec.UNSET
        self.rule = self._stored_rule() if question.rule is msgspec.UNSET else question.rule

    @property
    def has_record(self) -> bool:
        """Whether there is something to ask the rule of."""
        return self.is_draft or bool(self.record_id)

    async def read_body(self) -> None:
        """What the routes do with a body before they ask the rule."""
        request, compiled = self.request, self.compiled
        if not request.has_body:
            return
        sent = await request.read_body(compiled.body_limit)
        if self.action not in ("create", "update", "manage"):
            request.body = sent
            return
        record = self.draft
        if not self.is_draft:
            record = await find(request.app, compiled, self.record_id) or record
        request.body = bodies.apply(record, allowed(request, compiled, sent))

    async def exists(self) -> bool:
        """Whether the record that is named is there."""
        return await find(self.request.app, self.compiled, self.record_id) is not None

    async def holds(self, rule: str | None) -> bool:
        """What the routes ask."""
        if self.is_draft:
            return await lets_draft(rule, self.request, self.compiled, self.draft)
        return await lets(rule, self.request, self.compiled, self.record_id)

    def fault(self, rule: str) -> Fault | None:
        """Why the rule holds for nobody, if its text is to blame."""
        query = self.compiled.draft_query if self.is_draft else self.compiled.query
        try:
            query(rule).bind(self.request)
        except FilterError as error:
            return Fault(str(error), error.position)
        return None

    def _stored_rule(self) -> str | None:
        collection = self.compiled.collection
        if self.action == "manage":
            return manage_rule(self.request, self.compiled)
        if self.action == "auth":
            return None if collection.auth is None else collection.auth.auth_rule
        return collection.rules()[RULE_NAMES[self.action]]


async def explain(app: App, question: Question) -> Explanation:
    """Answers a question. Raises 400 for one that makes no sense."""
    compiled = plan(app, question)
    request = await described(app, question)
    case = _Case(request, compiled, question)
    if not case.has_record and case.action != "list":
        raise problem("record", "The id of a record is missing.")
    if case.action in ("auth", "manage") and not compiled.collection.is_auth:
        raise problem("action", "Only auth collections have this rule.")
    outcome = await _decided(case)
    expression = sql = None
    if case.rule and outcome.reason.startswith("rule_"):
        expression = await _evaluated(case, case.rule)
    if case.action == "list" and outcome.allowed and case.is_stored:
        outcome, sql = await _listed(case, outcome)
    name = RULE_NAMES[case.action]
    return Explanation(*outcome, rule_name=name, rule=case.rule, expression=expression, sql=sql)


async def _decided(case: _Case) -> Outcome:
    """The decision, in the order in which the routes come to it."""
    rule, superuser = case.rule, case.request.is_superuser
    if case.compiled.collection.is_view and case.action in ("create", "update", "delete"):
        return Outcome(False, "unsupported", "The records of a view cannot be written.")
    if rule is None and not superuser:
        return Outcome(False, "no_rule", _NO_RULE.get(case.action, "Only superusers may do this."))
    await case.read_body()
    if rule and not superuser and (fault := case.fault(rule)):
        message = f"The rule cannot be used: {fault.message}"
        return Outcome(False, "rule_broken", message, fault)
    if case.record_id and not case.is_draft and not await case.exists():
        return Outcome(False, "no_record", "There is no such record.")
    if superuser:
        return Outcome(True, "superuser", "Superusers are not asked for a rule.")
    if not rule:
        return Outcome(True, "empty_rule", "The rule is empty, so everybody may do this.")
    if not case.has_record:
        return Outcome(True, "rule_filters", "The records for which the rule holds are listed.")
    if await case.holds(rule):
        return Outcome(True, "rule_holds", "The rule holds.")
    return Outcome(False, "rule_fails", "The rule does not hold.")


_NO_RULE: dict[Action, str] = {
    "manage": "There is no rule, or nobody is signed in, so nobody manages the record.",
    "auth": "There is no rule, so nobody can sign in.",
}


_KINDS: dict[type[ast.Node], Literal["clause", "all", "any"]] = {
    ast.Comparison: "clause",
    ast.All: "all",
    ast.Any: "any",
}


async def _evaluated(case: _Case, rule: str) -> Clause | None:
    """The rule's parts with their values; None for a text that cannot be parsed."""
    try:
        tree = parse(rule)
    except FilterError:
        return None
    values: dict[str, tuple[bool | None, Fault | None]] = {}

    async def evaluate(node: ast.Node) -> Clause:
        start, end = node.position, node.end
        text = rule[start:end]
        if text not in values:
            value = await case.holds(text) if case.has_record else None
            values[text] = value, case.fault(text)
        value, fault = values[text]
        if fault is not None and fault.position is not None:
            fault = Fault(fault.message, fault.position + start)
        inner = () if isinstance(node, ast.Comparison) else node.items
        items = [await evaluate(item) for item in inner]
        return Clause(_KINDS[type(node)], start, end, text, value, fault, items)

    return await evaluate(tree)


async def _listed(case: _Case, outcome: Outcome) -> tuple[Outcome, Statement | None]:
    """What is sent to the database; or why the list is refused although the rule is no obstacle."""
    request, compiled = case.request, case.compiled
    query = request.query
    try:
        params = page_params(query)
        condition = list_condition(request, compiled)(query.get("sort", ""))
        return outcome, await _statement(case, condition, params.per_page, params.offset)
    except FilterError as error:
        fault = Fault(str(error), error.position)
    except ApiError as error:
        fault = Fault(error.message)
    except StoreError as error:
        if request.is_stale:
            raise
        fault = Fault(str(error))
    message = f"The filter, the sort or the page cannot be used: {fault.message}"
    return Outcome(False, "bad_query", message, fault), None


async def _statement(case: _Case, condition: Condition, per_page: int, offset: int) -> Statement:
    if condition.where == NEVER:
        return Statement("", (), [])
    sql, values = page_statement(case.request, case.compiled, condition, per_page, offset)
    rows = await case.request.app.store.read(f"EXPLAIN QUERY PLAN {sql}", values)
    steps = [PlanStep(id_, parent, detail) for id_, parent, _, detail in rows]
    return Statement(sql, _without_secrets(case.request, values), steps)


def _without_secrets(request: Request, values: tuple[SqlValue, ...]) -> tuple[SqlValue, ...]:
    """The bound values, those left out that hold a secret of the acting record."""
    known = {} if request.auth is None else request.auth.values
    secrets = [str(known[name]) for name in SECRETS if known.get(name)]

    def shown(value: SqlValue) -> SqlValue:
        return "…" if isinstance(value, str) and any(s in value for s in secrets) else value

    return tuple(map(shown, values))
