# SPDX-License-Identifier: Apache-2.0
"""Every route of the program as a path that can be asked for, filled with what is there.

Without other values these are those of the demo company, which holds no proposals, jobs or webhooks; whoever
tests what becomes of objects gives values of objects that are there: tests/integration/security/scenery.py.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from cortex.policy.routes import Route, all_routes

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
ADMIN_OBJECT = re.compile(r"^admin/(?P<app>\w+)/(?P<model>\w+)/<path:object_id>/")
# Reading at all would be the change: the link signs in when its button is pressed, by POST.
OF_THE_APPLICATION = {
    *("access_reviews.PlatformReview", "access_reviews.PlatformReviewItem", "identity.SignedInSession"),
    *("programs.Authorization", "programs.SigningKey"),
}
ABSENT = "00000000-0000-7000-8000-000000000000"
# Of these there is never an object: pages of the library, and providers that nobody configured.
NOWHERE = {
    "app_label": "accounting",
    "content_type_id": "1",
    "control_id": "CC6.1",
    "keyid": "nowhere",
    "namespace": "org.example.nowhere",
    "pack_name": "nowhere",
    "plugin_id": "org.example.nowhere",
    "provider_id": "nowhere",
    "token": "not-a-token",
    "url": "nowhere/",
    "version_text": "1.0.0",
}
OF_OBJECTS = (
    *("access_id", "authorization_id", "company_id", "invitation_id", "user_id", "session_id", "job_id"),
    *("delivery_id", "decision_id", "delegation_id", "leaf_id", "limit_id", "proposal_id"),
    "webhook_id",
    "plugin_version_id",
    "submission_id",
)
RowOf = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Door:
    """A route, and one path that leads to it."""

    route: Route
    path: str


def doors(
    *,
    values: Mapping[str, str] | None = None,
    row_of: RowOf | None = None,
    tokens: Mapping[str, str] | None = None,
) -> Iterator[Door]:
    """Yield every route with its parameters filled in; a parameter nobody knows fails by name.

    `row_of` returns the key of a row of a model by its label; `tokens` are those of links, by the beginning
    of the path.
    """
    known = {**NOWHERE, **(parameters() if values is None else values)}
    for route in all_routes():
        of_link = [token for begin, token in (tokens or {}).items() if route.path.startswith(begin)]
        own = {"token": of_link[0]} if of_link else {}
        filled = known | own | {"object_id": _admin_object(route.path, row_of or _first_row)}
        yield Door(route=route, path=_filled(route.path, filled))


def parameters() -> dict[str, str]:
    """Return a value for each parameter of a route, as `service` finds it in the demo company."""
    from apps.accounting.models import Account, FiscalPeriod, JournalEntry, Ledger

    def first(model: type[models.Model], field: str) -> str:
        return str(model._default_manager.using("service").order_by(field).values_list(field, flat=True)[0])

    return {
        **dict.fromkeys(OF_OBJECTS, ABSENT),
        "account_code": first(Account, "code"),
        "account_id": first(Account, "id"),
        "company_code": "DEMO",
        "endpoint": "absent",
        "namespace": "com.example",
        "provider_id": "house",
        "version_text": "1.0.0",
        "factor_id": "1",
        "username": "nobody",
        "entry_id": first(JournalEntry, "id"),
        "schema_id": "1",
        "subject": "accounting.journal_entry.posted.v1",
        "version": "1",
        "number": "1",
        "ledger_id": first(Ledger, "id"),
        "period_code": first(FiscalPeriod, "code"),
        "level": "0",
        "tile_name": "000",
        "plugin_id": "com.example.guard",
        "keyid": "0" * 64,
        "metadata_name": "timestamp.json",
        "target_name": "com.example/com.example.guard/none",
    }


def _filled(path: str, values: Mapping[str, str]) -> str:
    return "/" + PARAMETER.sub(lambda found: values[found[1]], _plain(path))


def _plain(path: str) -> str:
    """Turn the few patterns of libraries that are regular expressions into paths."""
    return re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1>", path).replace("^", "").replace("$", "").replace("\\Z", "")


def _admin_object(path: str, row_of: RowOf) -> str:
    found = ADMIN_OBJECT.match(path)
    return ABSENT if found is None else row_of(f"{found['app']}.{found['model']}") or ABSENT


def _first_row(label: str) -> str | None:
    model = apps.get_model(label)
    # Tables of ours are seen whole by the service role; those of libraries, and those of no company that
    # no service reads, are granted to the application.
    is_ours = model._meta.app_config.name.startswith(("apps.", "cortex."))
    is_ours &= model._meta.label not in OF_THE_APPLICATION
    alias = "service" if is_ours else "default"
    key = model._default_manager.using(alias).values_list("pk", flat=True).first()
    return None if key is None else str(key)
