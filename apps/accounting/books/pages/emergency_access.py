# SPDX-License-Identifier: Apache-2.0
"""Emergency access of a company: open it for oneself, end it, and look at what is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse

from apps.accounting.books.desk import Desk, books_page
from apps.accounting.books.forms.emergency_access import OpenForm, ReviewForm
from cortex.break_glass.actions import END, OPEN, READ, REVIEW, answer_to
from cortex.break_glass.changed_memberships import ChangedMembership, memberships_changed_in
from cortex.break_glass.door import at_the_door
from cortex.break_glass.end_access import end_access
from cortex.break_glass.models import BreakGlassAccess
from cortex.break_glass.open_access import open_access
from cortex.break_glass.review_access import review_access
from cortex.break_glass.selectors import accesses_of
from cortex.identity.actor_names import names_of_actors
from cortex.ports.audit_log import READ_LOG
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@books_page(enter=at_the_door, GET=READ, POST=OPEN)
def emergency_access(desk: Desk) -> HttpResponse:
    """Show who opened the company and why; by POST, open it for the person who asks."""
    form = OpenForm(desk.request.POST if desk.request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _shown(desk, form=form)
    opened = open_access(
        company_id=desk.company.id,
        reason=form.cleaned_data["reason"],
        lasts=form.lasts(),
        opened_by=desk.principal,
    )
    messages.warning(
        desk.request, f"Emergency access is open until {opened.expires_at:%H:%M} UTC. Everybody was told."
    )
    return desk.go(desk.url("emergency-access"))


@books_page(enter=at_the_door, POST=END)
def end_emergency_access(desk: Desk, access_id: UUID) -> HttpResponse:
    """End one now."""
    end_access(company_id=desk.company.id, access_id=access_id, ended_by=desk.principal)
    messages.success(desk.request, "The emergency access has ended.")
    # Whoever belongs to no company sees nothing more of this one.
    is_still_shown = answer_to(principal=desk.principal, action=READ, company_id=desk.company.id).is_allowed
    return desk.go(desk.url("emergency-access") if is_still_shown else "/books/")


@books_page(enter=at_the_door, POST=REVIEW)
def review_emergency_access(desk: Desk, access_id: UUID) -> HttpResponse:
    """Write down that one has looked at it."""
    form = ReviewForm(desk.request.POST)
    if not form.is_valid():
        return _shown(desk, form=OpenForm(), review=form)
    review_access(
        company_id=desk.company.id,
        access_id=access_id,
        comment=form.cleaned_data["comment"],
        reviewed_by=desk.principal,
    )
    messages.success(desk.request, "The review is written down.")
    return desk.go(desk.url("emergency-access"))


def _shown(desk: Desk, *, form: OpenForm, review: ReviewForm | None = None) -> HttpResponse:
    rows = [_row(desk, each) for each in accesses_of(company_id=desk.company.id)]
    asked = answer_to(principal=desk.principal, action=OPEN, company_id=desk.company.id)
    context = {
        # Whoever only has to confirm that it is them is offered it.
        "form": form if desk.emergency is None and (asked.is_allowed or asked.needs == {"step_up"}) else None,
        "review": review or ReviewForm(),
        "trail_url": desk.url("audit-log") if desk.may(READ_LOG) else None,
        "lacks_factor": not desk.principal.authentication.has_second_factor,
        "rows": rows,
        "actors": names_of_actors(urns=[urn for row in rows for urn in row.urns]),
    }
    is_refused = review is not None or form.is_bound
    return desk.render(
        "emergency_access.html",
        context,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK,
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One access, what this person may do with it, and what its review has to look at."""

    access: BreakGlassAccess
    is_open: bool
    may_end: bool
    may_review: bool
    changed: Sequence[ChangedMembership]

    @property
    def urns(self) -> list[str]:
        """Return everybody whom it names."""
        access = self.access
        named = (access.holder, access.ended_by, access.reviewed_by, *(each.member for each in self.changed))
        return [urn for urn in named if urn]


def _row(desk: Desk, access: BreakGlassAccess) -> Row:
    """Return one, and what this person may do with it."""
    now = get(Clock).now()

    def may(action: str) -> bool:
        return answer_to(
            principal=desk.principal,
            action=action,
            company_id=desk.company.id,
            resource=access.resource(),
        ).is_allowed

    may_review = access.waits_for_review(at=now) and may(REVIEW)
    return Row(
        access,
        is_open=access.is_open(at=now),
        may_end=access.is_open(at=now) and may(END),
        may_review=may_review,
        changed=memberships_changed_in(access=access) if may_review else (),
    )
