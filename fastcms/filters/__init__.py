"""The language of rules, filters and sorts, and its way to SQL."""

from fastcms.filters.ast import FilterError
from fastcms.filters.query import Condition, Query, build, check_rule

__all__ = ["Condition", "FilterError", "Query", "build", "check_rule"]
