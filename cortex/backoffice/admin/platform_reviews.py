# SPDX-License-Identifier: Apache-2.0
"""Access reviews of the platform: open one, answer for each role, sign and download the result."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextInputWidget

from cortex.access_reviews.actions import (
    ANSWER_PLATFORM,
    CANCEL_PLATFORM,
    COMPLETE_PLATFORM,
    OPEN_PLATFORM,
    READ_PLATFORM,
)
from cortex.access_reviews.answer import NOTE_LENGTH_MAX
from cortex.access_reviews.answer_platform_role import answer_platform_role
from cortex.access_reviews.complete_platform_review import complete_platform_review
from cortex.access_reviews.models import PlatformReview, PlatformReviewItem
from cortex.access_reviews.open_review import REASON_LENGTH_MAX
from cortex.access_reviews.waiting_verbs import cancel_platform_or_wait, open_platform_or_wait
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, PlatformVerb, RowVerb
from cortex.policy import declarations
from cortex.ports.principal import Principal


class OpenForm(forms.Form):
    """Until when, and why now."""

    due_date = forms.DateField(widget=UnfoldAdminDateWidget, help_text="YYYY-MM-DD.")
    reason = forms.CharField(max_length=REASON_LENGTH_MAX, widget=UnfoldAdminTextInputWidget)


class NoteForm(forms.Form):
    """Why it is answered so."""

    note = forms.CharField(max_length=NOTE_LENGTH_MAX, required=False, widget=UnfoldAdminTextInputWidget)


def _open(principal: Principal, given: Mapping[str, Any]) -> Done:
    open_platform_or_wait(due_date=given["due_date"], reason=given["reason"], opened_by=principal)
    return Done("The access review is open. Answer for each role next.")


def _complete(review: PlatformReview, principal: Principal, given: Mapping[str, Any]) -> Done:
    complete_platform_review(review_id=review.id, completed_by=principal)
    return Done("The access review is completed and signed. Open it to download the result.")


def _cancel(review: PlatformReview, principal: Principal, given: Mapping[str, Any]) -> Done:
    cancel_platform_or_wait(review_id=review.id, cancelled_by=principal)
    return Done("The access review was cancelled.")


def _confirm(item: PlatformReviewItem, principal: Principal, given: Mapping[str, Any]) -> Done:
    answer_platform_role(item_id=item.id, answer="confirmed", answered_by=principal, note=given["note"])
    return Done(f"{item.user} keeps the role {item.role}.")


def _revoke(item: PlatformReviewItem, principal: Principal, given: Mapping[str, Any]) -> Done:
    answer_platform_role(item_id=item.id, answer="revoked", answered_by=principal, note=given["note"])
    return Done(f"The end of the role {item.role} of {item.user} waits for another platform administrator.")


def _is_open(review: PlatformReview) -> bool:
    return review.state == PlatformReview.State.OPEN


@admin.register(PlatformReview)
class PlatformReviewAdmin(PlatformVerbsModelAdmin):
    """Campaigns over the roles on the platform, the newest first."""

    looks_leave_leaves = True
    policy_action = READ_PLATFORM
    list_display = ("opened_at", "state", "due_date", "reason")
    fields = (
        "id",
        "state",
        "reason",
        "due_date",
        "opened_by",
        "opened_at",
        "closed_by",
        "closed_at",
        "answers",
    )
    readonly_fields = fields
    platform_verbs: ClassVar[tuple[PlatformVerb, ...]] = (
        PlatformVerb(
            "open",
            "Open an access review of the platform",
            "Every role on the platform is listed as it is now. Reviewers confirm each or ask for its "
            "end; nobody answers for himself.",
            OPEN_PLATFORM,
            _open,
            form=OpenForm,
        ),
    )
    row_verbs = (
        RowVerb(
            "complete",
            "Complete and sign",
            "The answers become final, the result is signed by a key from the vault, and the audit log keeps "
            "its digest.",
            COMPLETE_PLATFORM,
            _complete,
            applies=_is_open,
        ),
        RowVerb(
            "cancel",
            "Cancel the review",
            "It ends without a result. Roles that were taken away stay away.",
            CANCEL_PLATFORM,
            _cancel,
            applies=_is_open,
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the download."""
        result = self.admin_site.admin_view(never_cache(self.result_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_result"
        return [path("<path:object_id>/result/", result, name=name), *super().get_urls()]

    @declarations.policy_action(READ_PLATFORM)
    def result_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Return the signed result as a file."""
        review = self._row(request, object_id)
        if review is None or review.result is None:
            raise Http404
        self.note_look(request, review)
        answer = HttpResponse(bytes(review.result), content_type="application/json")
        name = f"access-review-platform-{review.closed_at:%Y-%m-%d}.json"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    @admin.display(description="answers")
    def answers(self, review: PlatformReview) -> SafeString:
        """Lead to the roles, and to the result."""
        roles = reverse("admin:access_reviews_platformreviewitem_changelist")
        lines = format_html('<a href="{}?review__id__exact={}">Roles under review</a>', roles, review.id)
        if review.result is None:
            return lines
        result = reverse("admin:access_reviews_platformreview_result", args=[review.id])
        return format_html('{}, <a href="{}">signed result</a>', lines, result)


@admin.register(PlatformReviewItem)
class PlatformReviewItemAdmin(PlatformVerbsModelAdmin):
    """Roles under review, and what was answered."""

    looks_leave_leaves = True
    policy_action = READ_PLATFORM
    list_display = ("user", "role", "answer", "last_sign_in_at", "answered_at", "review")
    list_filter = ("answer", "review")
    list_select_related = ("user", "review")
    ordering = ("-review__opened_at", "user__username", "role")
    fields = ("review", "user", "role", "last_sign_in_at", "answer", "note", "answered_by", "answered_at")
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "confirm",
            "Confirm the role",
            "The person still needs it. You may answer otherwise until the review is completed.",
            ANSWER_PLATFORM,
            _confirm,
            form=NoteForm,
            applies=lambda item: _is_open(item.review),
        ),
        RowVerb(
            "revoke",
            "Ask for its end",
            "Another platform administrator has to agree; the review is completed after that.",
            ANSWER_PLATFORM,
            _revoke,
            form=NoteForm,
            applies=lambda item: _is_open(item.review),
        ),
    )

    def object_in_log(self, row: PlatformReviewItem) -> UUID:
        """Return whose role it is: leaves of answers name the user."""
        return row.user_id
