# SPDX-License-Identifier: Apache-2.0
"""Where policies are written: checked while one types, kept as a draft, and never changed afterwards."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from cortex.backoffice.pages import shown
from cortex.database.transactions import attempt
from cortex.errors import CortexError
from cortex.identity.principals import principal_of
from cortex.policy.active import active_engine
from cortex.policy.models import PolicyVersion
from cortex.policy.packaged import VERSION, packaged_text
from cortex.policy.policy_text import TEXT_MAX
from cortex.policy.recorded_texts import texts_recorded
from cortex.policy.text_problems import TextProblem, problems_in, statements_of
from cortex.policy_versions.activate_version import REASON_MAX
from cortex.policy_versions.draft_version import draft_version
from cortex.policy_versions.findings import findings_of
from cortex.policy_versions.waiting_verbs import roll_back_or_wait
from cortex.ports.authorizer import StepUpMustComeFirst
from cortex.ports.waiting_verbs import VerbMustWait


class NoteMustBeGiven(CortexError):
    """A version without a word on why it was written helps nobody who reads the history."""

    code = "backoffice.note_must_be_given"


# One line in the list of versions.
NOTE_MAX = 500


def editor_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show the text of a version to begin from; a POST checks what was written, or keeps it as a draft."""
    text, note = request.POST.get("text", ""), request.POST.get("note", "")
    if request.method != "POST":
        return _editor(site, request, text=_text_to_begin_from(request), note="")
    if request.POST.get("step") == "check":
        return _editor(site, request, text=text, note=note, is_checked=True)
    try:
        version = attempt(lambda: _drafted(request, text=text, note=note))
    except StepUpMustComeFirst:
        raise
    except CortexError as error:
        return _editor(site, request, text=text, note=note, refusal=error)
    messages.success(request, f"Version {version.number} is kept as a draft. Validate it next.")
    return HttpResponseRedirect(reverse("admin:policy_policyversion_change", args=[version.pk]))


def check_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Return the problems of a text as JSON, for the editor; nothing of it is kept."""
    text = request.POST.get("text", "").replace("\r\n", "\n")
    problems = _problems(text)
    return JsonResponse(
        {
            "problems": [
                {"line": each.line, "column": each.column, "message": each.message, "policy": each.policy_id}
                for each in problems
            ],
            "policies": sum(1 for _ in statements_of(text)) if len(text) <= TEXT_MAX else 0,
        }
    )


def packaged_page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Ask for a reason, then put the policies that the program brings along in force again."""
    refusal = None
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        try:
            _require_line(reason, told="a reason")
            attempt(
                lambda: roll_back_or_wait(number=VERSION, reason=reason, rolled_back_by=principal_of(request))
            )
        except (StepUpMustComeFirst, VerbMustWait):
            raise
        except CortexError as error:
            refusal = error
        else:
            messages.success(request, "The policies that the program brings along are in force.")
            return HttpResponseRedirect(reverse("admin:policy_policyversion_changelist"))
    context = {
        "title": "Back to the packaged policies",
        "refusal": refusal,
        "reason_max": REASON_MAX,
        "version": active_engine().version,
        "recorded": texts_recorded(),
    }
    return shown(
        site, request, "admin/policy_packaged.html", context, status=refusal.status if refusal else 200
    )


def _drafted(request: HttpRequest, *, text: str, note: str) -> PolicyVersion:
    """Keep the text with the line ends of files: its digest must not depend on the browser."""
    _require_line(note, told="what changes and why")
    plain = text.replace("\r\n", "\n")
    return draft_version(text=plain, note=note[:NOTE_MAX], drafted_by=principal_of(request))


def _editor(
    site: AdminSite,
    request: HttpRequest,
    *,
    text: str,
    note: str,
    is_checked: bool = False,
    refusal: CortexError | None = None,
) -> HttpResponse:
    plain = text.replace("\r\n", "\n")
    context: dict[str, Any] = {
        "title": "Write a version of the policies",
        "text": plain,
        "note": note,
        "note_max": NOTE_MAX,
        "text_max": TEXT_MAX,
        "lines": range(1, plain.count("\n") + 2),
        "is_checked": is_checked,
        "problems": _problems(plain) if is_checked else [],
        "refusal": refusal,
        "begins_from": request.GET.get("from", ""),
    }
    return shown(
        site, request, "admin/policy_editor.html", context, status=refusal.status if refusal else 200
    )


def _problems(text: str) -> list[TextProblem]:
    """Return what keeps the text from coming into force: first what cannot be read, with its exact place."""
    unread = problems_in(text)
    if unread or not text.strip():
        return unread
    return [
        TextProblem(each.line, each.column, f"{each.message} {each.remedy}", each.policy_id)
        for each in findings_of(text)
    ]


def _require_line(text: str, *, told: str) -> None:
    if not text.strip() or not text.isprintable():
        raise NoteMustBeGiven(
            f"Policies: expected one line that says {told}, got none.", evidence={"object": "note"}
        )


def _text_to_begin_from(request: HttpRequest) -> str:
    """Return the text of the version that is asked for, or of the one in force."""
    asked = request.GET.get("from", "")
    is_number = asked.isascii() and asked.isdigit() and len(asked) < 9
    number = int(asked) if is_number else active_engine().version
    if number == VERSION:
        return packaged_text()
    found = PolicyVersion.objects.filter(number=number).values_list("text", flat=True).first()
    return packaged_text() if found is None else found
