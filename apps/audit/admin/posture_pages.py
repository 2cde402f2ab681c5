# SPDX-License-Identifier: Apache-2.0
"""How controls stand, with charts and the same as tables, and one control with its evidence."""

from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse

from apps.audit.adapters.compliance.licensed_texts import licensed_texts
from apps.audit.adapters.policy_entities import (
    END_EXCEPTION,
    EXCEPT_CONTROL,
    READ_COMPLIANCE,
    RECORD_PROCEDURE,
    RUN_CHECKS,
)
from apps.audit.admin.posture_charts import STATE_KINDS, STATUS_KINDS, by_group, by_run
from apps.audit.domain.compliance.by_hand import OUTCOMES
from apps.audit.domain.compliance.errors import OverlayMustFit, PackMustExist
from apps.audit.domain.compliance.posture import CheckStanding, ControlStanding
from apps.audit.domain.compliance.probe import remedy_of, title_of
from apps.audit.services.compliance.tell_posture import (
    tell_history,
    tell_posture,
    tell_postures,
    tell_records,
    tell_runs,
)
from cortex.backoffice.pages import is_open, may_on_platform, shown
from cortex.backoffice.refusing import refuse
from cortex.identity.actor_names import names_of_actors
from cortex.identity.principals import principal_of
from cortex.jobs.schedule_entries import schedule_entry

SCHEDULE = "run-due-checks"


def posture_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show every pack in force: counts, charts, gaps with what to do, and all controls."""
    if not may_on_platform(request, action=READ_COMPLIANCE):
        refuse(request, action=READ_COMPLIANCE)
    reader = principal_of(request)
    packs = [
        {
            "posture": posture,
            "groups": by_group(posture),
            "runs": by_run(tell_runs(pack_name=posture.pack.name, reader=reader)),
            "gaps": [_shown(each) for each in posture.gaps],
            "controls": [_shown(each) for each in posture.controls],
        }
        for posture in tell_postures(reader=reader)
    ]
    context = {
        "title": "How controls stand",
        "packs": packs,
        "kinds": STATE_KINDS.items(),
        "may_run": may_on_platform(request, action=RUN_CHECKS),
        "schedule": schedule_entry(name=SCHEDULE),
    }
    return shown(site, request, "admin/posture.html", context)


def control_page(site: AdminSite, request: HttpRequest, pack_name: str, control_id: str) -> HttpResponse:
    """Show one control: what watches it, what was found, with the evidence and its history."""
    if not may_on_platform(request, action=READ_COMPLIANCE):
        refuse(request, action=READ_COMPLIANCE)
    reader = principal_of(request)
    try:
        posture = tell_posture(pack_name=pack_name, reader=reader)
    except PackMustExist:
        raise Http404 from None
    standing = next((each for each in posture.controls if each.control.id == control_id), None)
    if standing is None:
        raise Http404
    check_ids = [each.check.id for each in standing.checks]
    standing_shown = _shown(standing)
    standing_shown["exceptions"] = _exceptions(standing)
    procedure_ids = [each.id for each in standing.procedures]
    records = tell_records(pack_name=pack_name, procedure_ids=procedure_ids, reader=reader)
    context = {
        "title": f"{control_id} {standing.control.title}",
        "pack": posture.pack,
        "control": standing.control,
        "standing": standing_shown,
        "licensed": _licensed(pack_name, control_id),
        "history": [
            (each, STATUS_KINDS[each.status])
            for each in tell_history(pack_name=pack_name, check_ids=check_ids, reader=reader)
        ],
        "records": [(each, STATUS_KINDS[OUTCOMES[each.outcome]]) for each in records],
        "mappings": [each for each in posture.pack.mappings if each.control == control_id],
        "may_run": may_on_platform(request, action=RUN_CHECKS),
        "may_ask": is_open(request, action=EXCEPT_CONTROL),
        "may_end": is_open(request, action=END_EXCEPTION),
        "may_record": is_open(request, action=RECORD_PROCEDURE),
    }
    return shown(site, request, "admin/control.html", context)


def _shown(standing: ControlStanding) -> dict[str, object]:
    return {
        "control": standing.control,
        "state": standing.state,
        "kind": STATE_KINDS[standing.state],
        "checks": [_check(each) for each in standing.checks],
        "procedures": standing.procedures,
        "by_hand": [(each, STATUS_KINDS[each.status]) for each in standing.by_hand],
    }


def _exceptions(standing: ControlStanding) -> list[dict[str, object]]:
    urns = {urn for each in standing.exceptions for urn in (each.requested_by, each.approved_by)}
    names = names_of_actors(urns=urns)
    return [
        {
            "id": each.id,
            "ends_date": each.ends_date,
            "reason": each.reason,
            "asked": names[each.requested_by],
            "agreed": names[each.approved_by],
        }
        for each in standing.exceptions
    ]


def _check(each: CheckStanding) -> dict[str, object]:
    return {
        "check": each.check,
        "seen": each.seen,
        "due_at": each.due_at,
        "status": each.status,
        "kind": STATUS_KINDS[each.status],
        "reason": each.reason,
        "title": title_of(each.check.probe),
        "remedy": remedy_of(each.check.probe),
    }


def _licensed(pack_name: str, control_id: str) -> str:
    try:
        return licensed_texts(pack_name=pack_name).get(control_id, "")
    except OverlayMustFit as error:
        return error.message
