# SPDX-License-Identifier: Apache-2.0
"""Every route of the program as a path that can be asked for, filled with what the demo company holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models

from cortex.policy.routes import Route, all_routes

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
ADMIN_OBJECT = re.compile(r"^admin/(?P<app>\w+)/(?P<model>\w+)/<path:object_id>/")
# Reading at all would be the change: the link signs in when its button is pressed, by POST.
OF_THE_APPLICATION = {"identity.SignedInSession", "programs.Authorization", "programs.SigningKey"}
ABSENT = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class Door:
    """A route, and one path that leads to it."""

    route: Route
    path: str


def doors() -> Iterator[Door]:
    """Yield every route with its parameters filled in; a parameter nobody knows fails by name."""
    known = parameters()
    for route in all_routes():
        yield Door(route=route, path=_filled(route.path, known | {"object_id": _admin_object(route.path)}))


def parameters() -> dict[str, str]:
    """Return a value for each parameter of a route, as `service` finds it in the demo company."""
    from apps.accounting.models import Account, FiscalPeriod, JournalEntry, Ledger

    def first(model: type[models.Model], field: str) -> str:
        return str(model._default_manager.using("service").order_by(field).values_list(field, flat=True)[0])

    return {
        "account_code": first(Account, "code"),
        "access_id": ABSENT,
        "account_id": first(Account, "id"),
        "app_label": "accounting",
        "authorization_id": ABSENT,
        "company_code": "DEMO",
        "content_type_id": "1",
        "company_id": ABSENT,
        "factor_id": "1",
        "invitation_id": ABSENT,
        "provider_id": "nowhere",
        "user_id": ABSENT,
        "username": "nobody",
        "session_id": ABSENT,
        "entry_id": first(JournalEntry, "id"),
        "job_id": ABSENT,
        "schema_id": "1",
        "subject": "accounting.journal_entry.posted.v1",
        "version": "1",
        "number": "1",
        "ledger_id": first(Ledger, "id"),
        "period_code": first(FiscalPeriod, "code"),
        "delivery_id": ABSENT,
        "delegation_id": ABSENT,
        "proposal_id": ABSENT,
        "token": "not-a-token",
        "url": "nowhere/",
        "webhook_id": ABSENT,
    }


def _filled(path: str, values: dict[str, str]) -> str:
    return "/" + PARAMETER.sub(lambda found: values[found[1]], _plain(path))


def _plain(path: str) -> str:
    """Turn the few patterns of libraries that are regular expressions into paths."""
    return re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1>", path).replace("^", "").replace("$", "").replace("\\Z", "")


def _admin_object(path: str) -> str:
    found = ADMIN_OBJECT.match(path)
    if found is None:
        return ABSENT
    model = apps.get_model(found["app"], found["model"])
    # Tables of ours are seen whole by the service role; those of libraries, and those of no company that
    # no service reads, are granted to the application.
    is_ours = model._meta.app_config.name.startswith(("apps.", "cortex."))
    is_ours &= model._meta.label not in OF_THE_APPLICATION
    alias = "service" if is_ours else "default"
    key = model._default_manager.using(alias).values_list("pk", flat=True).first()
    return str(key) if key is not None else ABSENT
