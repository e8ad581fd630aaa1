"""What it costs to have an expression that was used before: `python -m tests.benchmarks.warm`.

Prints microseconds for one call: the condition with its bound values from the kept query, and for
comparison the same from a text whose query is made anew.
"""

import timeit
from collections.abc import Callable
from functools import partial

from fastcms.filters import Condition, build
from fastcms.records.compiled import Compiled
from tests.filters.sample import POSTS, SCHEMA, USER

CALLS = 20_000
EXPRESSIONS = {
    "one comparison": "num > 5",
    "relation, JSON and macro": "tag.title ~ 'a' && js.a.0 = 1 && title < @now",
    "owner rule": "owner = @request.auth.id && @request.auth.verified = true",
    "all of many": "tags.title != 'x' || posts_via_parent.title ?= 'y'",
    "200 comparisons": " || ".join(f"num = {number}" for number in range(200)),
}


def main() -> None:
    compiled = Compiled(SCHEMA, POSTS)
    print(f"{'':26}{'warm':>10}{'new':>10}  µs")
    for name, text in EXPRESSIONS.items():
        warm = _microseconds(partial(_warm, compiled, text), CALLS)
        new = _microseconds(partial(_new, text), CALLS // 100)
        print(f"{name:26}{warm:10.1f}{new:10.1f}")


def _warm(compiled: Compiled, text: str) -> Condition:
    return compiled.query(text, "", "-num").bind(USER)


def _new(text: str) -> Condition:
    return build(SCHEMA, POSTS, rule=text, sort="-num").bind(USER)


def _microseconds(call: Callable[[], object], number: int) -> float:
    return min(timeit.repeat(call, number=number, repeat=5)) / number * 1e6


if __name__ == "__main__":
    main()
