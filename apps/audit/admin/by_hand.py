# SPDX-License-Identifier: Apache-2.0
"""What people did by hand for controls: to be recorded, and read."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.audit.adapters.policy_entities import READ_COMPLIANCE, RECORD_PROCEDURE
from apps.audit.domain.compliance.by_hand import Method
from apps.audit.models import ProcedureRecord
from apps.audit.selectors.compliance.packs import packs_in_force
from apps.audit.services.compliance.record_procedure import NOTE_MAX, record_procedure
from cortex.backoffice.marks import mark
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, PlatformVerb
from cortex.ports.principal import Principal

Outcome = ProcedureRecord.Outcome
_METHODS = [(Method.EXAMINE, "Looked at things"), (Method.INTERVIEW, "Asked people")]


def _procedures() -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (str(row), [(f"{row.name}/{each.id}", each.title) for each in row.pack.procedures])
        for row in packs_in_force()
    ]


class RecordForm(forms.Form):
    """Which procedure, when, what came of it, and what is kept."""

    procedure = forms.ChoiceField(choices=_procedures, widget=UnfoldAdminSelectWidget)
    performed_date = forms.DateField(
        label="Carried out on", widget=UnfoldAdminDateWidget, help_text="YYYY-MM-DD, in UTC."
    )
    outcome = forms.ChoiceField(choices=Outcome.choices, widget=UnfoldAdminSelectWidget)
    method = forms.ChoiceField(label="How", choices=_METHODS, widget=UnfoldAdminSelectWidget)
    note = forms.CharField(
        max_length=NOTE_MAX,
        widget=UnfoldAdminTextInputWidget,
        help_text="What was found. It leaves the house with archives of controls: name no people.",
    )
    evidence_sha256 = forms.CharField(
        label="SHA-256 of the evidence",
        required=False,
        max_length=64,
        widget=UnfoldAdminTextInputWidget,
        help_text="Of the file that you keep: `sha256sum FILE`. The file itself stays with you.",
    )


def _record(principal: Principal, given: Mapping[str, Any]) -> Done:
    pack_name, _, procedure_id = given["procedure"].partition("/")
    record_procedure(
        pack_name=pack_name,
        procedure_id=procedure_id,
        performed_date=given["performed_date"],
        outcome=given["outcome"],
        method=given["method"],
        note=given["note"],
        evidence_sha256=given["evidence_sha256"],
        recorded_by=principal,
    )
    return Done(f"{procedure_id} is recorded for {given['performed_date']}.")


@admin.register(ProcedureRecord)
class ProcedureRecordAdmin(PlatformVerbsModelAdmin):
    """Records, the newest first."""

    policy_action = READ_COMPLIANCE
    list_display = ("performed_date", "procedure_id", "found", "pack_name", "recorded_by", "recorded_at")
    list_filter = ("outcome",)
    ordering = ("-id",)
    search_fields = ("procedure_id__startswith",)
    search_help_text = "The beginning of a procedure's name"
    fields = (
        "id",
        "pack_name",
        "procedure_id",
        "procedure_digest",
        "performed_date",
        "found",
        "method",
        "note",
        "evidence_sha256",
        "recorded_by",
        "recorded_at",
        "digest",
    )
    readonly_fields = fields
    platform_verbs: ClassVar[tuple[PlatformVerb, ...]] = (
        PlatformVerb(
            "record",
            "Record that it was done",
            "The procedure counts until its interval is over; then its controls are unknown again. Your "
            "name is kept for good; what was wrong is recorded anew.",
            RECORD_PROCEDURE,
            _record,
            form=RecordForm,
            from_address=("procedure",),
        ),
    )

    @admin.display(description="outcome", ordering="outcome")
    def found(self, row: ProcedureRecord) -> SafeString:
        """Return the outcome as a mark."""
        return mark(Outcome(row.outcome).label, kind="good" if row.outcome == Outcome.PASSED else "bad")
