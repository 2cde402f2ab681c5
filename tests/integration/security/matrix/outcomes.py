# SPDX-License-Identifier: Apache-2.0
"""What becomes of a call: in, out, or what would help."""

from django.http import HttpResponse

from tests.integration.security.matrix.call import Call

PROPOSED = "It waits for "


def outcome(call: Call, answer: HttpResponse, *, refusal: str | None = None) -> str:
    """Return "in", "out" or the need that would change it; "" where the method does nothing.

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
    # A job that was started is on its way: nobody else has to agree.
    waits = answer.status_code == 202 and "/jobs/" not in location
    if waits or _is_proposed(answer) or b"approval_must_come_first" in answer.content:
        return "approval"
    if refusal is not None and refusal.encode() in answer.content:
        return "out"
    # The administration leads away from a row that is not to be seen.
    if answer.status_code in (403, 404) or location == "/admin/":
        return "out"
    # Whoever is let in finds conflicts with what is there; a body that is not taken tells nothing.
    is_in = answer.status_code < 400 or answer.status_code == 409
    return "in" if is_in else f"broken {answer.status_code}"


def _is_proposed(answer: HttpResponse) -> bool:
    """Tell whether the administration says next that somebody else has to agree."""
    said = getattr(getattr(answer, "wsgi_request", None), "_messages", ())
    return any(PROPOSED in str(message) for message in getattr(said, "_queued_messages", ()))
