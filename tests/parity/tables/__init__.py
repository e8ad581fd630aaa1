"""Every table by name, in the order in which a person would read them."""

from collections.abc import Mapping

from tests.parity.scenario import Row
from tests.parity.tables import (
    accounts,
    collections_create,
    collections_delete,
    collections_read,
    collections_update,
    expand,
    fields,
    http_routes,
    injection,
    records_bodies,
    records_create,
    records_delete,
    records_filter,
    records_list,
    records_rules,
    records_update,
    records_validate,
    settings,
    sign_in,
    tokens,
)

TABLES: Mapping[str, tuple[Row, ...]] = {
    "http_routes": http_routes.ROWS,
    "settings": settings.ROWS,
    "records_list": records_list.ROWS,
    "records_filter": records_filter.ROWS,
    "records_create": records_create.ROWS,
    "records_validate": records_validate.ROWS,
    "records_bodies": records_bodies.ROWS,
    "records_update": records_update.ROWS,
    "records_delete": records_delete.ROWS,
    "records_rules_read": records_rules.READS,
    "records_rules_write": records_rules.WRITES,
    "records_rules_body": records_rules.BODIES,
    "expand": expand.ROWS,
    "fields": fields.ROWS,
    "collections_read": collections_read.ROWS,
    "collections_create": collections_create.ROWS,
    "collections_update": collections_update.ROWS,
    "collections_delete": collections_delete.ROWS,
    "accounts": accounts.ROWS,
    "sign_in": sign_in.ROWS,
    "tokens": tokens.ROWS,
    "injection": injection.ROWS,
}
