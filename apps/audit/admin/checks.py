# SPDX-License-Identifier: Apache-2.0
"""Runs, results and exceptions in the administration: to be read, asked for, and ended."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.audit.adapters.policy_entities import END_EXCEPTION, EXCEPT_CONTROL, READ_COMPLIANCE
from apps.audit.models import CheckResult, CheckRun, ControlException
from apps.audit.selectors.compliance.packs import packs_in_force
from apps.audit.services.compliance.exception_kind import propose_exception
from apps.audit.services.compliance.waiting_verbs import end_exception_or_wait
from cortex.backoffice.marks import Kind, mark
from cortex.backoffice.platform import PlatformModelAdmin, PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, PlatformVerb, RowVerb
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

REASON_MAX = 1000
_MARKS: Mapping[str, Kind] = {"pass": "good", "fail": "bad", "unknown": "warn"}  # pragma: allowlist secret


def _controls() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the controls that can fail: a check watches them, or a procedure says what people do."""
    return [
        (
            str(row),
            [(f"{row.name}/{control.id}", f"{control.id} {control.title}") for control in pack.controls],
        )
        for row in packs_in_force()
        for pack in (row.pack,)
    ]


class ExceptionForm(forms.Form):
    """Which control may fail, why, and until when."""

    control = forms.ChoiceField(choices=_controls, widget=UnfoldAdminSelectWidget)
    reason = forms.CharField(max_length=REASON_MAX, widget=UnfoldAdminTextInputWidget)
    ends_date = forms.DateField(
        label="Ends",
        widget=UnfoldAdminDateWidget,
        help_text="YYYY-MM-DD, the first day on which it no longer counts; within a year.",
    )


class EndForm(forms.Form):
    """Why it ends now."""

    reason = forms.CharField(max_length=REASON_MAX, widget=UnfoldAdminTextInputWidget)


def _end(row: ControlException, principal: Principal, given: Mapping[str, Any]) -> Done:
    end_exception_or_wait(exception_id=row.id, reason=given["reason"], ended_by=principal)
    return Done(f"The exception for {row.control_id} counts no more.")


def _counts(row: ControlException) -> bool:
    return not hasattr(row, "early_end") and get(Clock).now().date() < row.ends_date


def _except(principal: Principal, given: Mapping[str, Any]) -> Done:
    pack_name, _, control_id = given["control"].partition("/")
    propose_exception(
        pack_name=pack_name,
        control_id=control_id,
        reason=given["reason"],
        ends_date=given["ends_date"],
        proposed_by=principal,
    )
    return Done(f"The exception for {control_id} waits for another platform administrator.")


@admin.register(CheckRun)
class CheckRunAdmin(PlatformModelAdmin):
    """Runs, the newest first."""

    policy_action = READ_COMPLIANCE
    list_display = ("started_at", "pack", "run_by", "passed_count", "failed_count", "unknown_count")
    list_filter = ("pack",)
    list_select_related = ("pack",)
    ordering = ("-id",)
    search_fields = ("pack__name__startswith",)
    search_help_text = "The beginning of a pack's name"
    fields = (
        "id",
        "pack",
        "run_by",
        "started_at",
        "finished_at",
        "passed_count",
        "failed_count",
        "unknown_count",
        "digest",
        "found",
    )
    readonly_fields = fields

    @admin.display(description="what was found")
    def found(self, run: CheckRun) -> SafeString:
        """Lead to the results."""
        results = reverse("admin:audit_checkresult_changelist")
        return format_html('<a href="{}?run__id__exact={}">Results of this run</a>', results, run.id)


@admin.register(CheckResult)
class CheckResultAdmin(PlatformModelAdmin):
    """Results, the newest first, each with its evidence exactly as hashed."""

    policy_action = READ_COMPLIANCE
    list_display = ("checked_at", "check_id", "found", "reason", "pack_name")
    list_filter = ("status", ("run", AutocompleteSelectFilter))
    ordering = ("-id",)
    search_fields = ("check_id__startswith",)
    search_help_text = "The beginning of a check's name"
    fields = (
        "id",
        "run",
        "pack_name",
        "check_id",
        "probe",
        "found",
        "reason",
        "checked_at",
        "evidence",
        "evidence_digest",
    )
    readonly_fields = fields

    def object_in_log(self, row: CheckResult) -> UUID:
        """Return the run, whose leaf has the digest of all results."""
        return row.run_id

    @admin.display(description="found", ordering="status")
    def found(self, row: CheckResult) -> SafeString:
        """Return what was found as a mark."""
        return mark(CheckResult.Status(row.status).label, kind=_MARKS[row.status])


@admin.register(ControlException)
class ControlExceptionAdmin(PlatformVerbsModelAdmin):
    """Exceptions that two people agreed to, the newest first."""

    policy_action = READ_COMPLIANCE
    list_display = ("control_id", "pack_name", "ends_date", "reason", "requested_by", "approved_by")
    ordering = ("-id",)
    fields = (
        "id",
        "pack_name",
        "control_id",
        "reason",
        "ends_date",
        "requested_by",
        "approved_by",
        "approved_at",
        "ended",
    )
    readonly_fields = fields
    row_verbs = (
        RowVerb(
            "end",
            "End it now",
            "From now on the control is judged as if nobody had let it fail. The reason and your name are "
            "kept for good; another exception needs two people again.",
            END_EXCEPTION,
            _end,
            form=EndForm,
            applies=_counts,
        ),
    )
    platform_verbs: ClassVar[tuple[PlatformVerb, ...]] = (
        PlatformVerb(
            "ask",
            "Ask for an exception",
            "The control may fail until that day, once another platform administrator agreed. The "
            "reason and both names are kept for good.",
            EXCEPT_CONTROL,
            _except,
            form=ExceptionForm,
        ),
    )

    @admin.display(description="ended early")
    def ended(self, row: ControlException) -> str:
        """Return when and why it ended before its day."""
        end = getattr(row, "early_end", None)
        return f"{end.ended_at:%Y-%m-%d %H:%M} UTC by {end.ended_by}: {end.reason}" if end else "–"
