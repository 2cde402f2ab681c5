# SPDX-License-Identifier: Apache-2.0
"""Access reviews: open one, answer for each membership, sign and download the result."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from cortex.access_reviews.actions import ANSWER, CANCEL, COMPLETE, OPEN, READ
from cortex.access_reviews.complete_review import complete_review
from cortex.access_reviews.members import see_anew
from cortex.access_reviews.models import AccessReview
from cortex.access_reviews.open_review import REASON_LENGTH_MAX
from cortex.access_reviews.selectors import answers_of
from cortex.access_reviews.waiting_verbs import cancel_or_wait, open_or_wait
from cortex.backoffice.answering import answer_page
from cortex.backoffice.tables import Cell, Table, written
from cortex.backoffice.verbs import CompanyForm, Done, ListVerb, PageVerb, RowVerb, VerbsModelAdmin
from cortex.identity.actor_names import names_of_actors
from cortex.policy import declarations
from cortex.ports.principal import Principal


class OpenForm(CompanyForm):
    """Which company, until when, and why now."""

    company = forms.ModelChoiceField(queryset=None, empty_label=None, widget=UnfoldAdminSelectWidget)
    due_date = forms.DateField(
        widget=UnfoldAdminDateWidget,
        help_text="YYYY-MM-DD. Reviewers are reminded by mail each day after it.",
    )
    reason = forms.CharField(
        max_length=REASON_LENGTH_MAX,
        widget=UnfoldAdminTextInputWidget,
        help_text="Such as: first quarter, or somebody left.",
    )


class CancelForm(forms.Form):
    """Why the campaign is given up."""

    reason = forms.CharField(
        max_length=REASON_LENGTH_MAX, widget=UnfoldAdminTextInputWidget, help_text="The audit log keeps it."
    )


def _open(company_id: UUID, principal: Principal, given: Mapping[str, Any]) -> Done:
    open_or_wait(
        company_id=company_id, due_date=given["due_date"], reason=given["reason"], opened_by=principal
    )
    return Done("The access review is open. Answer for each membership next.")


def _see_anew(review: AccessReview, principal: Principal, given: Mapping[str, Any]) -> Done:
    count = see_anew(company_id=review.company_id, review_id=review.id, asked_by=principal)
    return Done(f"{count:,} memberships had changed and are asked for as they are now.")


def _complete(review: AccessReview, principal: Principal, given: Mapping[str, Any]) -> Done:
    complete_review(company_id=review.company_id, review_id=review.id, completed_by=principal)
    return Done("The access review is completed and signed. Open it to download the result.")


def _cancel(review: AccessReview, principal: Principal, given: Mapping[str, Any]) -> Done:
    cancel_or_wait(
        company_id=review.company_id, review_id=review.id, reason=given["reason"], cancelled_by=principal
    )
    return Done("The access review was cancelled.")


def _is_open(review: AccessReview) -> bool:
    return review.state == AccessReview.State.OPEN


@admin.register(AccessReview)
class AccessReviewAdmin(VerbsModelAdmin):
    """Campaigns over the memberships of companies, the newest first."""

    looks_leave_leaves = True
    policy_action = READ
    list_display = ("opened_at", "company", "state", "due_date", "reason")
    list_filter = ("state",)
    list_select_related = ("company",)
    fields = (
        "id",
        "company",
        "state",
        "reason",
        "due_date",
        "opened_at",
        "opener",
        "closed_at",
        "closer",
        "signed_result",
        "answers",
    )
    readonly_fields = fields
    row_verbs = (
        PageVerb("answer", "Answer for memberships", ANSWER, answer_page, applies=_is_open),
        RowVerb(
            "see-anew",
            "See changed memberships anew",
            "Memberships that changed since they were seen are asked for again as they are now; those that "
            "are gone are written down as ended.",
            ANSWER,
            _see_anew,
            applies=_is_open,
        ),
        RowVerb(
            "complete",
            "Complete and sign",
            "The answers become final, the result is signed by a key from the vault, and the audit log "
            "keeps its digest.",
            COMPLETE,
            _complete,
            applies=_is_open,
        ),
        RowVerb(
            "cancel",
            "Cancel the review",
            "It ends without a result. Memberships that were taken away stay away.",
            CANCEL,
            _cancel,
            form=CancelForm,
            applies=_is_open,
        ),
    )
    list_verbs = (
        ListVerb(
            "open",
            "Open an access review",
            "Every membership of the company is listed as it is now, with its last sign-in. Reviewers "
            "confirm or take away each of them; nobody answers for himself.",
            OPEN,
            _open,
            form=OpenForm,
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the download."""
        result = self.admin_site.admin_view(never_cache(self.result_view))
        return [
            path("<path:object_id>/result/", result, name=f"{self._name()}_result"),
            *super().get_urls(),
        ]

    @declarations.policy_action(READ)
    def result_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return the signed result as a file."""
        review = self._open_row(request, object_id)
        if review.result is None:
            raise Http404
        self.note_look(request, review)
        name = f"access-review-{review.company.code}-{review.closed_at:%Y-%m-%d}.json"
        answer = HttpResponse(bytes(review.result), content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    @admin.display(description="opened by")
    def opener(self, review: AccessReview) -> str:
        """Return who opened it."""
        return names_of_actors(urns=[review.opened_by])[review.opened_by]

    @admin.display(description="closed by")
    def closer(self, review: AccessReview) -> str:
        """Return who signed or cancelled it."""
        return names_of_actors(urns=[review.closed_by])[review.closed_by] if review.closed_by else "–"

    @admin.display(description="result")
    def signed_result(self, review: AccessReview) -> SafeString | str:
        """Return the link to the signed result."""
        if review.result is None:
            return "There is none before the review is completed."
        url = reverse(f"admin:{self._name()}_result", args=[review.pk])
        return format_html(
            '<a class="text-primary-600 underline dark:text-primary-500" href="{}">Download</a>; '
            "check it with <code>cortex verify_access_review FILE</code>",
            url,
        )

    @admin.display(description="memberships")
    def answers(self, review: AccessReview) -> SafeString:
        """Return each membership and what was answered."""
        items = answers_of(company_id=review.company_id, review_id=review.id)
        names = names_of_actors(urns=[item.answered_by for item in items if item.answered_by])
        rows = [
            [
                Cell(item.user.get_full_name()),
                Cell(item.roles_in_words),
                Cell(item.get_answer_display()),
                Cell(names.get(item.answered_by, "")),
                Cell(item.note),
            ]
            for item in items
        ]
        return written(
            Table("Memberships", ["Person", "Roles", "Answer", "By", "Note"], rows, nothing="None.")
        )

    def _open_row(self, request: HttpRequest, object_id: str) -> AccessReview:
        review = self._row(request, object_id)
        if not isinstance(review, AccessReview):
            raise Http404
        return review

    def _name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"
