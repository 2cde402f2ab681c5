# SPDX-License-Identifier: Apache-2.0
"""What becomes of a call: in, out, or what would help."""

from django.http import HttpResponse

from tests.integration.security.matrix.call import Call

PROPOSED = "waits for "


def outcome(call: Call, answer: HttpResponse, *, refusal: str | None = None) -> str:
    """Return "in", "out" or the need that would change it; "" where the method does nothing.

    "closed" is what the state of an object answers to whoever may do it, "not-taken" what a form says of its
    fields: neither tells that somebody could do it, and a line of the file says so where it has to be.
    `refusal` are words by which a page turns somebody away who may otherwise be there.
    """
    if answer.status_code == 405:
        return ""
    # A list that takes nothing is shown again, as if nothing had been sent.
    if call.name.startswith("POST") and call.name.endswith(" list") and answer.status_code == 200:
        return "out"
    location = answer.headers.get("Location", "")
    if answer.status_code == 401 or location.startswith(("/accounts/login/", "/admin/login/")):
        return "out"
    if location.startswith("/accounts/confirm/") or b"step_up_must_come_first" in answer.content:
        return "step-up"
    # What a worker does is on its way: nobody else has to agree.
    waits = answer.status_code == 202 and "/approvals/" in location
    if waits or _is_proposed(answer) or b"approval_must_come_first" in answer.content:
        return "approval"
    if refusal is not None and refusal.encode() in answer.content:
        return "out"
    # The administration leads away from a row that is not to be seen.
    if answer.status_code in (403, 404) or location == "/admin/":
        return "out"
    if answer.status_code == 409:
        return "closed"
    if answer.status_code >= 400:
        return f"broken {answer.status_code}"
    return "not-taken" if call.method != "GET" and _has_errors(answer) else "in"


def _has_errors(answer: HttpResponse) -> bool:
    """Tell whether the page is shown again because of what was sent: no verb was asked."""
    form = (getattr(answer, "context_data", None) or {}).get("form")
    return bool(getattr(form, "errors", None))


def _is_proposed(answer: HttpResponse) -> bool:
    """Tell whether the administration says next that somebody else has to agree."""
    said = getattr(getattr(answer, "wsgi_request", None), "_messages", ())
    return any(PROPOSED in str(message) for message in getattr(said, "_queued_messages", ()))
