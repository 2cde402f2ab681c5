# SPDX-License-Identifier: Apache-2.0
"""Publishers, releases and problem reports in the administration."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.utils.safestring import SafeString

from apps.plugins.adapters.market_actions import CLOSE_REPORT, CONFIRM_PUBLISHER, READ, WITHDRAW
from apps.plugins.adapters.marketplace_objects import publisher_as_resource, submission_as_resource
from apps.plugins.admin.review_forms import AnswerForm, ReasonForm, SeenForm
from apps.plugins.models import ProblemReport, Publisher, Release
from apps.plugins.services.marketplace.close_report import close_report
from apps.plugins.services.marketplace.withdraw_release import withdraw_release
from apps.plugins.services.waiting_verbs import confirm_or_wait
from cortex.backoffice.marks import Kind, mark
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, PageVerb, RowVerb
from cortex.ports.authorizer import Resource
from cortex.ports.principal import Principal

_STANDINGS: Mapping[str, Kind] = {"released": "good", "yanked": "warn", "revoked": "bad"}


def _confirm(row: Publisher, principal: Principal, given: Mapping[str, Any]) -> Done:
    confirm_or_wait(namespace=row.namespace, seen=given["seen"], confirmed_by=principal)
    return Done(f"{row} is confirmed: its publisher may send plugins in.")


def _withdraw(*, is_revoked: bool) -> Callable[[Release, Principal, Mapping[str, Any]], Done]:
    def do(row: Release, principal: Principal, given: Mapping[str, Any]) -> Done:
        withdraw_release(
            plugin_id=row.plugin_id,
            version=row.version,
            reason=given["reason"],
            is_revoked=is_revoked,
            withdrawn_by=principal,
        )
        return Done(f"{row} is {'revoked' if is_revoked else 'yanked'}.")

    return do


def _close(row: ProblemReport, principal: Principal, given: Mapping[str, Any]) -> Done:
    close_report(report_id=row.id, answer=given["answer"], closed_by=principal)
    return Done("The report is answered.")


@admin.register(Publisher)
class PublisherAdmin(PlatformVerbsModelAdmin):
    """Who publishes below which namespace."""

    policy_action = READ
    list_display = ("namespace", "standing", "name", "contact", "claimed_at")
    search_fields = ("namespace", "name")
    ordering = ("namespace",)
    fields = (
        "id",
        "namespace",
        "name",
        "contact",
        "owner",
        "claimed_at",
        "standing",
        "confirmed_by",
        "confirmed_at",
        "confirmation",
        "told_keys",
    )
    readonly_fields = fields
    row_verbs: ClassVar[tuple[RowVerb | PageVerb, ...]] = (
        RowVerb(
            "confirm",
            "Confirm the domain",
            "You looked whether the domain is this publisher's. From now on they send plugins in below it.",
            CONFIRM_PUBLISHER,
            _confirm,
            form=SeenForm,
            applies=lambda row: row.confirmed_at is None,
        ),
    )

    def about(self, row: Any) -> Resource | None:
        """Return the publisher with its owner."""
        return publisher_as_resource(row)

    @admin.display(description="domain")
    def standing(self, row: Publisher) -> SafeString:
        """Return whether the domain was confirmed, as a mark."""
        is_confirmed = row.confirmed_at is not None
        return mark("confirmed" if is_confirmed else "waits", kind="good" if is_confirmed else "warn")

    @admin.display(description="keys")
    def told_keys(self, row: Publisher) -> str:
        """Return the keys and whether they count."""
        told = [
            f"{key.keyid[:16]} ({'counts' if key.counts else 'revoked' if key.revoked_at else 'not proved'})"
            for key in row.keys.all()
        ]
        return ", ".join(told) or "none"


@admin.register(Release)
class ReleaseAdmin(PlatformVerbsModelAdmin):
    """What is out, and what was withdrawn."""

    policy_action = READ
    list_display = (
        "plugin_id",
        "version",
        "standing_told",
        "channel",
        "company_code",
        "released_at",
        "published_at",
    )
    list_filter = ("standing", "channel")
    search_fields = ("plugin_id", "name")
    ordering = ("-id",)
    fields = (
        "plugin_id",
        "version",
        "name",
        "standing_told",
        "channel",
        "company_code",
        "bundle_digest",
        "released_by",
        "released_at",
        "published_at",
        "hindrance",
        "withdrawn_by",
        "withdrawn_at",
        "withdrawn_reason",
        "taken_out_at",
    )
    readonly_fields = fields
    row_verbs: ClassVar[tuple[RowVerb | PageVerb, ...]] = (
        RowVerb(
            "yank",
            "Yank",
            "It is offered no more; where it is installed it stays. Everybody reads the reason.",
            WITHDRAW,
            _withdraw(is_revoked=False),
            form=ReasonForm,
            applies=lambda row: row.standing == Release.Standing.RELEASED,
        ),
        RowVerb(
            "revoke",
            "Revoke",
            "It must not run any more: installations that trust this marketplace stop it. For good.",
            WITHDRAW,
            _withdraw(is_revoked=True),
            form=ReasonForm,
            applies=lambda row: row.standing != Release.Standing.REVOKED,
        ),
    )

    def about(self, row: Any) -> Resource | None:
        """Return the version with who sent it in and who approved it."""
        return submission_as_resource(row.submission)

    @admin.display(description="standing", ordering="standing")
    def standing_told(self, row: Release) -> SafeString:
        """Return the standing as a mark."""
        return mark(Release.Standing(row.standing).label, kind=_STANDINGS[row.standing])


@admin.register(ProblemReport)
class ProblemReportAdmin(PlatformVerbsModelAdmin):
    """What people report about releases."""

    policy_action = READ
    list_display = ("release", "kind", "standing", "reported_at")
    list_filter = ("kind",)
    list_select_related = ("release",)
    ordering = ("-id",)
    fields = ("release", "kind", "text", "reported_by", "reported_at", "closed_by", "closed_at", "answer")
    readonly_fields = fields
    row_verbs: ClassVar[tuple[RowVerb | PageVerb, ...]] = (
        RowVerb(
            "answer",
            "Answer",
            "The report is closed with what was done about it.",
            CLOSE_REPORT,
            _close,
            form=AnswerForm,
            applies=lambda row: row.closed_at is None,
        ),
    )

    @admin.display(description="state")
    def standing(self, row: ProblemReport) -> SafeString:
        """Return whether somebody answered, as a mark."""
        is_open = row.closed_at is None
        return mark("open" if is_open else "answered", kind="warn" if is_open else "good")
