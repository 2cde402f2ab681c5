# SPDX-License-Identifier: Apache-2.0
"""What waits for reviewers, and for whoever releases: sources, checks, the checklist."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.plugins.adapters.market_actions import APPROVE, PUBLISH, READ
from apps.plugins.adapters.marketplace_objects import submission_as_resource
from apps.plugins.admin.review_forms import ChecklistForm, ReasonForm, checklist_of
from apps.plugins.domain.capability import in_words
from apps.plugins.domain.marketplace.source_archive import unpack_sources
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.models import Submission
from apps.plugins.selectors.marketplace.submissions import file_of, reviewed
from apps.plugins.services.marketplace.begin_review import check_again
from apps.plugins.services.marketplace.decide_submission import approve_submission, reject_submission
from apps.plugins.services.marketplace.release_submission import release_submission
from cortex.api.zip_files import zip_response
from cortex.backoffice.marks import Kind, mark
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, PageVerb, RowVerb
from cortex.ports.authorizer import Resource
from cortex.ports.principal import Principal

State = Submission.State
_MARKS: Mapping[str, Kind] = {
    State.CHECKING: "plain",
    State.FAILED: "bad",
    State.REVIEWABLE: "warn",
    State.REJECTED: "bad",
    State.APPROVED: "plain",
    State.CONFIRMED: "warn",
    State.RELEASED: "good",
}
_OUTCOMES = {
    "passed": ("good", "passed"),
    "failed": ("bad", "failed"),
    "could_not": ("warn", "could not be made"),
}
_SHOWN_BYTES_MAX = 400_000


def _is(*states: str) -> Callable[[Any], bool]:
    return lambda row: row.state in states


def _approve(row: Submission, principal: Principal, given: Mapping[str, Any]) -> Done:
    approve_submission(
        submission_id=row.id, checklist=checklist_of(given), note=given["note"], approved_by=principal
    )
    return Done(f"{row} is approved. Its publisher signs what was built; then another person releases it.")


def _reject(row: Submission, principal: Principal, given: Mapping[str, Any]) -> Done:
    reject_submission(submission_id=row.id, reason=given["reason"], rejected_by=principal)
    return Done(f"{row} is rejected. Its publisher reads why.")


def _check_again(row: Submission, principal: Principal, given: Mapping[str, Any]) -> Done:
    check_again(submission_id=row.id, asked_by=principal)
    return Done(f"{row} is being checked again.")


def _release(row: Submission, principal: Principal, given: Mapping[str, Any]) -> Done:
    release_submission(submission_id=row.id, released_by=principal)
    return Done(f"{row} is released. The repository has it within a minute.")


def _sources(request: HttpRequest, row: Submission, context: dict[str, Any]) -> HttpResponse:
    archive = file_of(submission=row, kind="sources") or b""
    return zip_response(BytesIO(archive), name=f"{row.plugin_id}-{row.version}.sources.zip")


@admin.register(Submission)
class SubmissionAdmin(PlatformVerbsModelAdmin):
    """Versions that were sent in, the newest first."""

    policy_action = READ
    list_display = ("plugin_id", "version", "stage", "channel", "submitted_at", "publisher")
    list_filter = ("state", "channel")
    list_select_related = ("publisher",)
    search_fields = ("plugin_id",)
    ordering = ("-id",)
    fields = (
        "stage",
        "publisher",
        "channel",
        "company_code",
        "submitted_by",
        "submitted_at",
        "rights",
        "checks",
        "decisions",
        "manifest",
        "sources",
        "source_digest",
        "signed_by",
        "approved_by",
        "approved_at",
        "confirmed_by",
        "confirmed_at",
        "bundle_digest",
    )
    readonly_fields = fields
    row_verbs: ClassVar[tuple[RowVerb | PageVerb, ...]] = (
        PageVerb("sources", "Download the sources", READ, _sources),
        RowVerb(
            "approve",
            "Approve",
            "You vouch for these sources and for what was built of them. Tick each point, or say why not. "
            "Whoever sent it in cannot do this.",
            APPROVE,
            _approve,
            form=ChecklistForm,
            applies=_is(State.REVIEWABLE),
        ),
        RowVerb(
            "reject",
            "Reject",
            "It ends here; the publisher reads the reason and may send in another version.",
            APPROVE,
            _reject,
            form=ReasonForm,
            applies=_is(State.FAILED, State.REVIEWABLE, State.APPROVED, State.CONFIRMED),
        ),
        RowVerb(
            "check-again",
            "Check again",
            "All automated checks are made once more, and it is built anew.",
            APPROVE,
            _check_again,
            applies=_is(State.FAILED, State.REVIEWABLE),
        ),
        RowVerb(
            "release",
            "Release",
            "The signing service adds the reviewers' signature, and everybody may install it. Whoever "
            "sent it in or approved it cannot do this.",
            PUBLISH,
            _release,
            applies=_is(State.CONFIRMED),
        ),
    )

    def about(self, row: Any) -> Resource | None:
        """Return the version with who sent it in and who approved it."""
        return submission_as_resource(row)

    @admin.display(description="state", ordering="state")
    def stage(self, row: Submission) -> SafeString:
        """Return the state as a mark."""
        return mark(State(row.state).label, kind=_MARKS[row.state])

    @admin.display(description="what it may do")
    def rights(self, row: Submission) -> SafeString:
        """Return what it may do, in words."""
        manifest = read_manifest(row.manifest_text.encode())
        words = in_words(manifest.capabilities, company="(where it is installed)")
        return render_to_string("admin/plugins/lines.html", {"lines": words})

    @admin.display(description="automated checks")
    def checks(self, row: Submission) -> SafeString:
        """Return how far the newest run is, and what it found."""
        run = reviewed(submission=row).run
        found = [
            {**each, "kind": _OUTCOMES[each["outcome"]][0], "word": _OUTCOMES[each["outcome"]][1]}
            for each in (run.checks if run else [])
        ]
        return render_to_string("admin/plugins/checks.html", {"run": run, "checks": found})

    @admin.display(description="decisions")
    def decisions(self, row: Submission) -> SafeString:
        """Return what was decided, with the checklist."""
        return render_to_string(
            "admin/plugins/decisions.html", {"decisions": reviewed(submission=row).decisions}
        )

    @admin.display(description="manifest")
    def manifest(self, row: Submission) -> SafeString:
        """Return plugin.yaml as it was sent in."""
        return render_to_string(
            "admin/plugins/files.html", {"files": [("plugin.yaml", row.manifest_text)], "more": 0}
        )

    @admin.display(description="sources")
    def sources(self, row: Submission) -> SafeString:
        """Return the sources as texts, up to a bound; the archive has all of them."""
        archive = file_of(submission=row, kind="sources")
        members = unpack_sources(archive) if archive else {}
        shown, size = [], 0
        for name, content in sorted(members.items()):
            size += len(content)
            if size <= _SHOWN_BYTES_MAX and name != "plugin.yaml":
                shown.append((name, content.decode(errors="replace")))
        more = len(members) - len(shown) - 1
        return render_to_string("admin/plugins/files.html", {"files": shown, "more": max(more, 0)})
