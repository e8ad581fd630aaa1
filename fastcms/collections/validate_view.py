"""What is wrong with the options of a view collection that the reference does not have."""

from __future__ import annotations

import re

from fastcms import clock
from fastcms.errors import Problem, Problems, sentence
from fastcms.schema import view_parameters
from fastcms.schema.collection import Collection
from fastcms.schema.view_options import MIN_EVERY, MODES, ViewCache
from fastcms.settings.cron import CronError, check_cron, next_run

MAX_PARAMETERS = 50

_WORD = re.compile(r"\w+", re.ASCII)


def option_problems(collection: Collection) -> Problems:
    """The problems of `viewParams` and `viewCache` by wire key."""
    if not collection.is_view:
        return {}
    found: dict[str, Problem | Problems] = {}
    if problems := _parameter_problems(collection):
        found["viewParams"] = problems
    if problem := _cache_problem(collection):
        found["viewCache"] = problem
    return found


def _parameter_problems(collection: Collection) -> Problem | Problems | None:
    if len(collection.view_params) > MAX_PARAMETERS:
        return Problem("validation_too_many_values", f"Declare no more than {MAX_PARAMETERS}.")
    used = set(view_parameters.names(collection.view_query))
    found: dict[str, Problem] = {}
    for name in collection.view_params:
        if not _WORD.fullmatch(name):
            found[name] = Problem("validation_match_invalid", "Must be in a valid format.")
        elif name not in used:
            found[name] = Problem(
                "validation_unused_parameter", f"The query does not use {{:{name}}}."
            )
    return found


def _cron_problem(cache: ViewCache) -> Problem | None:
    if cache.mode != "schedule" or cache.every:
        return Problem("validation_values_mismatch", "Is for a schedule, in the place of every.")
    try:
        check_cron(cache.cron)
    except CronError as error:
        return Problem("validation_invalid_cron", sentence(str(error)))
    if next_run(cache.cron, clock.now()) is None:
        return Problem("validation_invalid_cron", "Is never due.")
    return None


def _cache_problem(collection: Collection) -> Problem | Problems | None:
    cache = collection.view_cache
    if cache is None:
        return None
    if cache.mode not in MODES:
        return {"mode": Problem("validation_in_invalid", "Must be a valid value.")}
    if cache.cron:
        if problem := _cron_problem(cache):
            return {"cron": problem}
    elif cache.mode == "schedule" and cache.every < MIN_EVERY:
        problem = Problem(
            "validation_min_greater_equal_than_required",
            f"Must be no less than {MIN_EVERY}.",
            {"threshold": MIN_EVERY},
        )
        return {"every": problem}
    if collection.view_params:
        return Problem("validation_cache_with_parameters", "A view with parameters cannot be kept.")
    return None
