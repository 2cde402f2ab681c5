# SPDX-License-Identifier: Apache-2.0
"""Emergency access of all companies: to look at, and to end; it is opened and reviewed beside the books."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cortex.backoffice.verbs import Done, PageVerb, RowVerb, VerbsModelAdmin
from cortex.break_glass.actions import END, READ, answer_to
from cortex.break_glass.end_access import end_access
from cortex.break_glass.models import BreakGlassAccess
from cortex.identity.actor_names import names_of_actors
from cortex.identity.principals import principal_of
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def _end(access: BreakGlassAccess, principal: Principal, given: Mapping[str, Any]) -> Done:
    end_access(company_id=access.company_id, access_id=access.id, ended_by=principal)
    return Done("The emergency access has ended.")


def _is_open(access: BreakGlassAccess) -> bool:
    return access.is_open(at=get(Clock).now())


@admin.register(BreakGlassAccess)
class EmergencyAccessAdmin(VerbsModelAdmin):
    """Who opened which company and why, the newest first."""

    looks_leave_leaves = True
    policy_action = READ
    list_display = ("opened_at", "company", "user", "reason", "expires_at", "is_open_now", "reviewed_at")
    list_select_related = ("company", "user")
    fields = (
        "id",
        "company",
        "user",
        "reason",
        "opened_at",
        "expires_at",
        "ended_at",
        "ender",
        "reviewed_at",
        "reviewer",
        "review_comment",
    )
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "end",
            "End it now",
            "Whoever has it sees and does nothing more by it, from the next request on.",
            END,
            _end,
            applies=_is_open,
        ),
    )

    @admin.display(description="open", boolean=True)
    def is_open_now(self, access: BreakGlassAccess) -> bool:
        """Return whether it opens anything at this moment."""
        return _is_open(access)

    @admin.display(description="ended by")
    def ender(self, access: BreakGlassAccess) -> str:
        """Return who ended it."""
        return _name(access.ended_by)

    @admin.display(description="reviewed by")
    def reviewer(self, access: BreakGlassAccess) -> str:
        """Return who looked at it."""
        return _name(access.reviewed_by)

    def _may(self, request: HttpRequest, verb: RowVerb | PageVerb, row: Any) -> bool:
        decided = answer_to(
            principal=principal_of(request),
            action=verb.action,
            company_id=row.company_id,
            resource=row.resource(),
        )
        return verb.applies(row) and decided.is_allowed


def _name(urn: str) -> str:
    return names_of_actors(urns=[urn])[urn] if urn else "–"
