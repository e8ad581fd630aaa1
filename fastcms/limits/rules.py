"""Which rule of the settings applies to a request; at most one does, found as in the reference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from fastcms.settings.model import RateLimitRule

EVERYBODY, GUESTS, SIGNED_IN = "", "@guest", "@auth"


class _Seen(NamedTuple):
    """The rules for one kind of caller."""

    by_label: dict[str, RateLimitRule]
    # Those whose label ends in a slash: for all that begins with it. The first one counts, not the
    # longest.
    prefixes: tuple[RateLimitRule, ...]
    # Whether any rule is about an action of a collection, like `posts:create`, and what was found
    # of it, by collection and tags: there are no more than routes.
    has_actions: bool
    by_action: dict[tuple[str, tuple[str, ...]], RateLimitRule | None]
    # Whether any rule names a method with its path.
    has_methods: bool


class Rules:
    """The rules of the settings, made ready once for all requests."""

    def __init__(self, rules: Iterable[RateLimitRule]) -> None:
        rules = tuple(rules)
        self._for_guests = _seen(rules, (EVERYBODY, GUESTS))
        self._for_signed_in = _seen(rules, (EVERYBODY, SIGNED_IN))

    def find(
        self, method: str, path: str, collection: str, tags: tuple[str, ...], *, signed_in: bool
    ) -> RateLimitRule | None:
        """The rule of a request; `tags` name what it does with the collection of that name."""
        seen = self._for_signed_in if signed_in else self._for_guests
        if seen.has_actions and tags:
            action = (collection, tags)
            if action not in seen.by_action:
                seen.by_action[action] = _of_action(seen.by_label, *action)
            if (rule := seen.by_action[action]) is not None:
                return rule
        for label in (f"{method} {path}", path) if seen.has_methods else (path,):
            if (rule := seen.by_label.get(label)) is not None:
                return rule
            for rule in seen.prefixes:
                # Most are not the prefix without its slash.
                if label.startswith(rule.label) or f"{label}/" == rule.label:
                    return rule
        return None


def _seen(rules: Sequence[RateLimitRule], audiences: tuple[str, str]) -> _Seen:
    mine = [rule for rule in rules if rule.audience in audiences]
    return _Seen(
        # Reversed, so that of equal labels the first one stays.
        {rule.label: rule for rule in reversed(mine)},
        tuple(rule for rule in mine if rule.label.endswith("/")),
        any(":" in rule.label for rule in mine),
        {},
        any(" " in rule.label for rule in mine),
    )


def _of_action(
    by_label: dict[str, RateLimitRule], collection: str, tags: tuple[str, ...]
) -> RateLimitRule | None:
    for name in (collection, "*"):
        for tag in tags:
            if (rule := by_label.get(f"{name}:{tag}")) is not None:
                return rule
    return None
