# SPDX-License-Identifier: Apache-2.0
"""The page of what was decided on the platform: those decisions belong to no company's list."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse

from cortex.backoffice.bounded import READ_VERB
from cortex.backoffice.pages import shown
from cortex.identity.actor_names import names_of_actors
from cortex.identity.principals import principal_of
from cortex.policy.looks import Look, note_look
from cortex.policy.platform_decisions import LISTED_MAX, platform_decisions

WORD_MAX = 100


def platform_decisions_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show the newest decisions, filtered by the beginning of an action and by the answer."""
    action = request.GET.get("action", "").strip()[:WORD_MAX].replace("\x00", "")
    only_refused = request.GET.get("answer") == "no"
    found = platform_decisions(
        asked_by=principal_of(request), action=action, are_allowed_shown=not only_refused
    )
    note_look(
        Look(
            principal=principal_of(request),
            verb=READ_VERB,
            company_id=None,
            object_type="policy.policydecision",
        )
    )
    names = names_of_actors(urns={decision.principal for decision in found})
    context = {
        "title": "Decisions on the platform",
        "rows": [(decision, names.get(decision.principal, decision.principal)) for decision in found],
        "action": action,
        "only_refused": only_refused,
        "listed_max": LISTED_MAX,
    }
    return shown(site, request, "admin/platform_decisions.html", context)
