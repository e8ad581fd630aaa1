"""Lists of allowed or refused domains, which the email and the url type share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastcms.errors import Problem
from fastcms.fields.base import DescribedField, OptionContext

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[a-z]{{1,63}}", re.ASCII | re.IGNORECASE)

_BLANK = Problem("validation_empty", "Must be blank.")
_NO_DOMAIN = Problem("validation_is_domain", "Must be a valid domain.")


class DomainField(DescribedField, frozen=True, kw_only=True, rename="camel"):
    """Text that names a domain, which may be limited to a list or kept from one."""

    except_domains: tuple[str, ...] = ()
    only_domains: tuple[str, ...] = ()

    def allows_domain(self, domain: str) -> bool:
        """Whether the lists let the domain through; they compare letter by letter."""
        if self.only_domains:
            return domain in self.only_domains
        return domain not in self.except_domains

    def validate_options(self, context: OptionContext) -> Iterator[tuple[str, Problem]]:
        yield from super().validate_options(context)
        if self.except_domains and self.only_domains:
            yield "exceptDomains", _BLANK
            yield "onlyDomains", _BLANK
            return
        yield from _domain_problems("exceptDomains", self.except_domains)
        yield from _domain_problems("onlyDomains", self.only_domains)


def _domain_problems(option: str, domains: tuple[str, ...]) -> Iterator[tuple[str, Problem]]:
    for index, domain in enumerate(domains):
        if domain and (len(domain) > 255 or not _DOMAIN.fullmatch(domain)):
            yield f"{option}.{index}", _NO_DOMAIN
