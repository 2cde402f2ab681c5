# SPDX-License-Identifier: Apache-2.0
"""Packs in the administration: bring one in, run its checks, look at controls."""

from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelectWidget

from apps.audit.adapters.compliance.shipped_packs import shipped_packs
from apps.audit.adapters.policy_entities import READ_COMPLIANCE, RUN_CHECKS, WRITE_PACK
from apps.audit.admin.posture_pages import control_page, posture_page
from apps.audit.models import CompliancePack
from apps.audit.services.compliance.run_checks import run_checks
from apps.audit.services.compliance.write_pack import write_pack
from cortex.backoffice.marks import Kind, mark
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, PlatformVerb
from cortex.policy.declarations import policy_action
from cortex.ports.principal import Principal

State = CompliancePack.State
_MARKS: Mapping[str, Kind] = {State.WAITING: "warn", State.IN_FORCE: "good"}


class PackForm(forms.Form):
    """Which of the packs of this release; packs of others are brought in at the console."""

    pack = forms.ChoiceField(
        choices=lambda: [(name, name) for name in shipped_packs()],
        widget=UnfoldAdminSelectWidget,
        help_text="Packs of others are brought in with `cortex packs install`.",
    )


def _bring_in(principal: Principal, given: Mapping[str, Any]) -> Done:
    text, note = shipped_packs()[given["pack"]]
    row = write_pack(text=text, note=note, written_by=principal)
    return Done(f"{row} waits for another platform administrator.")


def _run(principal: Principal, given: Mapping[str, Any]) -> Done:
    runs = run_checks(run_by=principal)
    if not runs:
        return Done("No pack is in force: nothing was run.")
    told = [
        f"{run.pack.name}: {run.passed_count} passed, {run.failed_count} failed, {run.unknown_count} unknown"
        for run in runs
    ]
    return Done(". ".join(told) + ".")


@admin.register(CompliancePack)
class CompliancePackAdmin(PlatformVerbsModelAdmin):
    """Packs as they were brought in, and the way to what they watch."""

    policy_action = READ_COMPLIANCE
    list_display = ("name", "version", "standing", "title", "signer", "brought_in_at")
    list_filter = ("state",)
    ordering = ("name", "-brought_in_at")
    fields = (
        "id",
        "name",
        "version",
        "title",
        "standing",
        "digest",
        "signer",
        "note",
        "author",
        "brought_in_at",
        "approved_by",
        "approved_at",
    )
    readonly_fields = fields
    page_links = (("How controls stand", "compliance_posture", READ_COMPLIANCE),)
    platform_verbs: ClassVar[tuple[PlatformVerb, ...]] = (
        PlatformVerb(
            "bring-in",
            "Bring a pack in",
            "The pack of this release is looked at, its signature is verified, and it waits for another "
            "platform administrator. It counts once that one agreed.",
            WRITE_PACK,
            _bring_in,
            form=PackForm,
        ),
        PlatformVerb(
            "run",
            "Run all checks now",
            "Every check of the packs in force looks once. What it finds is kept, with its evidence.",
            RUN_CHECKS,
            _run,
        ),
    )

    def get_urls(self) -> list[URLPattern]:
        """Add the pages of posture and controls."""
        site = self.admin_site
        posture = site.admin_view(policy_action(READ_COMPLIANCE)(partial(posture_page, site)))
        control = site.admin_view(policy_action(READ_COMPLIANCE)(partial(control_page, site)))
        return [
            path("posture/", posture, name="compliance_posture"),
            # A name may hold a dot, which a slug may not.
            path("controls/<str:pack_name>/<str:control_id>/", control, name="compliance_control"),
            *super().get_urls(),
        ]

    @admin.display(description="state", ordering="state")
    def standing(self, row: CompliancePack) -> SafeString:
        """Return the state as a mark."""
        return mark(State(row.state).label, kind=_MARKS.get(row.state, "plain"))
