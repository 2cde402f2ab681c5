# SPDX-License-Identifier: Apache-2.0
"""The page on which memberships are confirmed or taken away: asked, shown once more by name, recorded."""

from dataclasses import dataclass
from typing import Any, Literal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from cortex.access_reviews.answer import Answer, answer_memberships
from cortex.access_reviews.members import memberships_that_changed
from cortex.access_reviews.models import AccessReview, AccessReviewItem
from cortex.access_reviews.selectors import answers_of
from cortex.database.transactions import attempt
from cortex.errors import CortexError
from cortex.identity.principals import principal_of

ROWS_PER_PAGE = 50
_TEMPLATE = "admin/access_review_answer.html"


@dataclass(frozen=True, slots=True)
class Row:
    """One question as the page shows it; `seen` are the roles that the reviewer answers for."""

    item: AccessReviewItem
    is_own: bool
    now: str | None = None
    answer: str = ""
    note: str = ""

    @property
    def seen(self) -> str:
        """Return the roles as the form carries them."""
        return ",".join(self.item.roles)

    @property
    def has_changed(self) -> bool:
        """Return whether the membership is another one than was asked for."""
        return self.now is not None


def answer_page(request: HttpRequest, review: AccessReview, shared: dict[str, Any]) -> HttpResponse:
    """Return the page of this step; the last one records the answers and leads back to the questions."""
    step = request.POST.get("step", "")
    if request.method != "POST":
        return _page(request, review, shared)
    given = _given(request, review)
    if not given:
        return _page(
            request, review, shared, refusal="Expected an answer for at least one membership, got none."
        )
    if step != "record":
        return _page(request, review, shared, summary=given)
    try:
        attempt(lambda: _record(request, review, given))
    except CortexError as refusal:
        return _page(request, review, shared, refusal=refusal.message, status=refusal.status)
    messages.success(request, f"{len(given):,} answers were recorded.")
    return HttpResponseRedirect(request.path)


def _record(request: HttpRequest, review: AccessReview, given: list[tuple[Row, frozenset[str]]]) -> None:
    answers = [Answer(row.item.id, _word(row.answer), seen_roles=seen, note=row.note) for row, seen in given]
    answer_memberships(
        company_id=review.company_id, review_id=review.id, answers=answers, answered_by=principal_of(request)
    )


def _given(request: HttpRequest, review: AccessReview) -> list[tuple[Row, frozenset[str]]]:
    """Return what was answered, each with the roles that the page showed."""
    return [
        (
            Row(item, is_own=False, answer=answer, note=request.POST.get(f"note-{item.id}", "")[:200]),
            frozenset(filter(None, request.POST.get(f"roles-{item.id}", "").split(","))),
        )
        for item in answers_of(company_id=review.company_id, review_id=review.id)
        if (answer := request.POST.get(f"answer-{item.id}")) in ("confirmed", "revoked")
    ]


def _page(
    request: HttpRequest,
    review: AccessReview,
    shared: dict[str, Any],
    *,
    summary: list[tuple[Row, frozenset[str]]] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    items = answers_of(company_id=review.company_id, review_id=review.id)
    waiting = [item for item in items if item.answer == AccessReviewItem.Answer.OPEN]
    number = _number(request.GET.get("page", "1"))
    proposed = request.GET.get("propose", "")
    first = (number - 1) * ROWS_PER_PAGE
    shown = waiting[first : first + ROWS_PER_PAGE]
    context = {
        **shared,
        "title": f"Access review of {review.company.code}",
        "review": review,
        "open_count": len(waiting),
        "total_count": len(items),
        "rows": [row for row, _ in summary] if summary else _rows(request, review, shown, proposed),
        "is_summary": bool(summary),
        "proposes": proposed == "confirmed",
        "refusal": refusal,
        "page_number": number,
        "next_page": number + 1 if len(waiting) > first + ROWS_PER_PAGE else None,
    }
    return TemplateResponse(request, _TEMPLATE, context, status=status)


def _rows(
    request: HttpRequest, review: AccessReview, items: list[AccessReviewItem], proposed: str
) -> list[Row]:
    changed = {
        item.id: ", ".join(sorted(member.roles)) if member else "no longer a member"
        for item, member in memberships_that_changed(review=review, lock=False)
    }
    own = principal_of(request).user_id
    answer = proposed if proposed == "confirmed" else ""
    return [Row(item, is_own=item.user_id == own, now=changed.get(item.id), answer=answer) for item in items]


def _word(text: str) -> Literal["confirmed", "revoked"]:
    return "confirmed" if text == "confirmed" else "revoked"


def _number(text: str) -> int:
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 6 else 1
