# SPDX-License-Identifier: Apache-2.0
"""The pages of what was decided on the platform: those decisions belong to no company's list."""

from dataclasses import replace
from uuid import UUID

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse

from cortex.backoffice.decision_explained import action_told, actor_told, decision_explained, roles_told
from cortex.backoffice.pages import shown
from cortex.identity.actor_names import names_of_actors
from cortex.identity.principals import principal_of
from cortex.policy.explain import DecisionMustExist
from cortex.policy.looks import LOOKED_AT, Look, note_look
from cortex.policy.platform_decisions import LISTED_MAX, platform_decision, platform_decisions

WORD_MAX = 100


def platform_decisions_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show the newest decisions, filtered by the beginning of an action and by the answer."""
    action = request.GET.get("action", "").strip()[:WORD_MAX].replace("\x00", "")
    only_refused = request.GET.get("answer") == "no"
    found = platform_decisions(
        asked_by=principal_of(request), action=action, are_allowed_shown=not only_refused
    )
    _note(request)
    names = names_of_actors(urns={decision.principal for decision in found})
    context = {
        "title": "Decisions on the platform",
        "rows": [(decision, names.get(decision.principal, decision.principal)) for decision in found],
        "action": action,
        "only_refused": only_refused,
        "listed_max": LISTED_MAX,
    }
    return shown(site, request, "admin/platform_decisions.html", context)


def platform_decision_page(site: AdminSite, request: HttpRequest, *, decision_id: UUID) -> HttpResponse:
    """Explain one decision by the policies that made it."""
    try:
        decision = platform_decision(asked_by=principal_of(request), decision_id=decision_id)
    except DecisionMustExist as error:
        raise Http404(str(error)) from error
    _note(request, decision_id)
    context = {
        "title": "Decision on the platform",
        "decision": decision,
        "actor": actor_told(decision),
        "action": action_told(decision),
        "roles": roles_told(decision),
        "explained": decision_explained(decision),
    }
    return shown(site, request, "admin/platform_decision.html", context)


def _note(request: HttpRequest, decision_id: UUID | None = None) -> None:
    look = Look(
        principal=principal_of(request),
        verb=LOOKED_AT,
        company_id=None,
        object_type="policy.policydecision",
    )
    note_look(replace(look, object_id=decision_id) if decision_id else look)
