"""What a collection is: its fields, rules, indexes and options, as values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal

import msgspec

from fastcms.fields.base import Field
from fastcms.schema.options import AuthOptions
from fastcms.schema.view_options import ViewCache
from fastcms.schema.view_parameters import Default

CollectionType = Literal["base", "auth", "view"]

RULES = ("listRule", "viewRule", "createRule", "updateRule", "deleteRule")
SUPERUSERS = "_superusers"
# The tables of what belongs to an auth record, named by `collectionRef` and `recordRef`.
BELONGINGS = (
    "_authOrigins",
    "_externalAuths",
    "_mfas",
    "_otps",
    "_fc_totps",
    "_fc_recovery_codes",
    "_fc_devices",
    "_fc_sessions",
    "_fc_places",
    "_fc_passkeys",
    "_fc_challenges",
    "_fc_phones",
    "_fc_sms_codes",
    "_fc_lockouts",
    "_fc_networks",
    "_fc_passwords",
    "_fc_uploads",
)


class Collection(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One collection as it is stored. Immutable: a change makes a new one.

    A rule is ``None`` (superusers only), ``""`` (everybody) or an expression.
    """

    id: str
    name: str
    type: CollectionType
    system: bool = False
    fields: tuple[Field, ...] = ()
    indexes: tuple[str, ...] = ()
    list_rule: str | None = None
    view_rule: str | None = None
    create_rule: str | None = None
    update_rule: str | None = None
    delete_rule: str | None = None
    # Set for auth collections and only there.
    auth: AuthOptions | None = None
    # Set for view collections and only there.
    view_query: str = ""
    # The parameters of the query with their defaults.
    view_params: Mapping[str, Default] = {}
    view_cache: ViewCache | None = None
    created: str = ""
    updated: str = ""

    @cached_property
    def tags(self) -> tuple[str, str]:
        """What events of it and of its records are tagged with."""
        return self.id, self.name

    @cached_property
    def by_name(self) -> dict[str, Field]:
        """The fields by their exact name."""
        return {field.name: field for field in self.fields}

    @property
    def is_auth(self) -> bool:
        """Whether its records can sign in."""
        return self.type == "auth"

    @property
    def is_view(self) -> bool:
        """Whether it is a read-only SQL view."""
        return self.type == "view"

    @property
    def is_superusers(self) -> bool:
        """Whether it is the collection of the superusers."""
        return self.name == SUPERUSERS

    def field(self, name: str) -> Field | None:
        """The field of that exact name."""
        return self.by_name.get(name)

    def rules(self) -> dict[str, str | None]:
        """The five record rules by their wire name."""
        return {
            "listRule": self.list_rule,
            "viewRule": self.view_rule,
            "createRule": self.create_rule,
            "updateRule": self.update_rule,
            "deleteRule": self.delete_rule,
        }

    def options(self, *, secrets: bool) -> dict[str, Any]:
        """The type's own options by wire name; without `secrets` as the API shows them."""
        if self.auth is not None:
            return self.auth.to_json(secrets=secrets)
        if self.is_view:
            options: dict[str, Any] = {"viewQuery": self.view_query}
            if self.view_params:
                options["viewParams"] = self.view_params
            if self.view_cache is not None:
                options["viewCache"] = msgspec.to_builtins(self.view_cache)
            return options
        return {}

    def to_json(self) -> dict[str, Any]:
        """The collection as the API sends it: the reference's key order, no secrets."""
        return {
            "id": self.id,
            **self.rules(),
            "name": self.name,
            "type": self.type,
            "fields": [field.to_json() for field in self.fields],
            "indexes": list(self.indexes),
            "created": self.created,
            "updated": self.updated,
            "system": self.system,
            **self.options(secrets=False),
        }
