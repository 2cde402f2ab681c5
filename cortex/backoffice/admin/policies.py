# SPDX-License-Identifier: Apache-2.0
"""Versions of the policies: what each changes, what would be decided otherwise, and their stages."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextInputWidget

from cortex.backoffice.marks import Kind, mark
from cortex.backoffice.platform import PlatformModelAdmin, PlatformVerbsModelAdmin
from cortex.backoffice.policy_shown import difference_shown, simulation_shown
from cortex.backoffice.verbs import Done, RowVerb
from cortex.identity.actor_names import names_of_actors
from cortex.policy.active import active_engine, is_kept
from cortex.policy.left_out import REMEDY as LEFT_OUT_REMEDY
from cortex.policy.left_out import actions_left_out
from cortex.policy.models import PolicyActivation, PolicyVersion
from cortex.policy.policy_actions import (
    ACTIVATE_VERSION,
    APPROVE_VERSION,
    READ_VERSIONS,
    ROLL_BACK_VERSION,
    WRITE_VERSION,
)
from cortex.policy_versions.activate_version import REASON_MAX
from cortex.policy_versions.approve_version import approve_version
from cortex.policy_versions.begin_simulation import begin_simulation
from cortex.policy_versions.simulation_runs import latest_run
from cortex.policy_versions.trail import PACKAGED_ID, version_as_resource
from cortex.policy_versions.validate_version import require_sound, validate_version
from cortex.policy_versions.waiting_verbs import activate_or_wait, roll_back_or_wait
from cortex.ports.authorizer import Resource
from cortex.ports.principal import Principal

State = PolicyVersion.State
_MARKS: Mapping[PolicyVersion.State, Kind] = {
    State.ACTIVE: "good",
    State.APPROVED: "warn",
    State.SIMULATED: "warn",
    State.VALIDATED: "warn",
}


class ReasonForm(forms.Form):
    """Why an earlier version comes back."""

    reason = forms.CharField(
        max_length=REASON_MAX, widget=UnfoldAdminTextInputWidget, help_text="The history keeps it."
    )


class DigestForm(forms.Form):
    """Which text is approved: the one that the person has seen."""

    digest = forms.CharField(
        max_length=64,
        label="SHA-256 of the text that you read",
        widget=UnfoldAdminTextInputWidget,
        help_text="Copy it from the version's page: an approval counts for exactly that text.",
    )


def _validate(version: PolicyVersion, principal: Principal, given: Mapping[str, Any]) -> Done:
    require_sound(version)
    validate_version(number=version.number, validated_by=principal)
    return Done(f"Version {version.number} has no problems. Simulate it next.")


def _simulate(version: PolicyVersion, principal: Principal, given: Mapping[str, Any]) -> Done:
    begin_simulation(number=version.number, simulated_by=principal)
    return Done(f"The simulation of version {version.number} has begun. Its result will stand on this page.")


def _approve(version: PolicyVersion, principal: Principal, given: Mapping[str, Any]) -> Done:
    approve_version(number=version.number, digest=given["digest"], approved_by=principal)
    return Done(f"Version {version.number} is approved and can be put in force.")


def _activate(version: PolicyVersion, principal: Principal, given: Mapping[str, Any]) -> Done:
    activate_or_wait(number=version.number, activated_by=principal, reason=version.note)
    return Done(f"Version {version.number} is in force, everywhere within a second.")


def _roll_back(version: PolicyVersion, principal: Principal, given: Mapping[str, Any]) -> Done:
    roll_back_or_wait(number=version.number, reason=given["reason"], rolled_back_by=principal)
    return Done(f"Version {version.number} is in force again.")


def _is(*states: str) -> Callable[[PolicyVersion], bool]:
    return lambda version: version.state in states


def _can_be_simulated(version: PolicyVersion) -> bool:
    run = latest_run(version)
    return version.state in (State.VALIDATED, State.SIMULATED) and (run is None or run.is_finished)


@admin.register(PolicyVersion)
class PolicyVersionAdmin(PlatformVerbsModelAdmin):
    """Versions, the newest first."""

    policy_action = READ_VERSIONS
    list_display = ("number", "stage", "note", "author_told", "created_at", "activated_at")
    list_filter = ("state",)
    ordering = ("-number",)
    fields = (
        "stage",
        "note",
        "author_told",
        "created_at",
        "validated_at",
        "simulated_at",
        "approver",
        "approved_at",
        "activated_at",
        "digest",
        "simulation_told",
        "difference",
        "whole",
        "begin",
    )
    readonly_fields = fields
    page_links = (
        ("Write a version", "policy_editor", WRITE_VERSION),
        ("Back to the packaged policies", "policy_packaged", ROLL_BACK_VERSION),
    )
    row_verbs = (
        RowVerb(
            "validate",
            "Validate",
            "The text is read, compared with what there is to speak of, tried as a filter of lists, and "
            "refused if nobody could mend it afterwards.",
            WRITE_VERSION,
            _validate,
            applies=_is(State.DRAFT),
        ),
        RowVerb(
            "simulate",
            "Simulate",
            "The latest 10,000 recorded decisions are asked again beside your work: the version's page "
            "shows how far that is, and then what would change.",
            WRITE_VERSION,
            _simulate,
            applies=_can_be_simulated,
        ),
        RowVerb(
            "approve",
            "Approve",
            "You read the difference and the result of the simulation, and agree. The author cannot do this.",
            APPROVE_VERSION,
            _approve,
            form=DigestForm,
            applies=_is(State.SIMULATED),
        ),
        RowVerb(
            "activate",
            "Put in force",
            "From now on this version decides, everywhere within a second. The one before it can be brought "
            "back in one step.",
            ACTIVATE_VERSION,
            _activate,
            applies=_is(State.APPROVED),
        ),
        RowVerb(
            "roll-back",
            "Bring back",
            "This version decides again, everywhere within a second; the one in force is retired.",
            ROLL_BACK_VERSION,
            _roll_back,
            form=ReasonForm,
            applies=_is(State.RETIRED),
        ),
    )

    list_before_template = "admin/policy_versions_before.html"

    class Media:
        js = ("backoffice/simulation.js",)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list, and above it what the version in force leaves out."""
        engine = active_engine()
        shown = {
            "in_force": engine.version,
            "left_out": actions_left_out(engine),
            "remedy": LEFT_OUT_REMEDY,
            "is_kept": is_kept(engine),
        }
        return super().changelist_view(request, {**(extra_context or {}), **shown})

    def _back(self, row: PolicyVersion | None) -> str:
        """Return the version's page: it stays, and tells what came of the verb."""
        if row is None:
            return super()._back(row)
        return reverse("admin:policy_policyversion_change", args=[row.pk])

    def about(self, row: PolicyVersion) -> Resource:
        """Return the version with its author, who does not approve it."""
        return version_as_resource(row)

    @admin.display(description="stage", ordering="state")
    def stage(self, version: PolicyVersion) -> SafeString:
        """Return how far it has come."""
        return mark(version.get_state_display(), kind=_MARKS.get(State(version.state), "plain"))

    @admin.display(description="written by")
    def author_told(self, version: PolicyVersion) -> str:
        """Return the author by name."""
        return names_of_actors(urns=[version.author])[version.author]

    @admin.display(description="approved by")
    def approver(self, version: PolicyVersion) -> str:
        """Return the second person by name."""
        by = version.approved_by
        return names_of_actors(urns=[by])[by] if by else "–"

    @admin.display(description="simulation")
    def simulation_told(self, version: PolicyVersion) -> SafeString:
        """Return which decisions and rights would change."""
        return simulation_shown(version)

    @admin.display(description="difference to what is in force")
    def difference(self, version: PolicyVersion) -> SafeString:
        """Return the lines that differ from the version in force."""
        return difference_shown(version)

    @admin.display(description="text")
    def whole(self, version: PolicyVersion) -> SafeString:
        """Return the whole text."""
        return format_html(
            '<div class="cx-page"><details><summary>Show all {} lines</summary>'
            '<pre tabindex="0" aria-label="The policies">{}</pre></details></div>',
            version.text.count("\n") + 1,
            version.text,
        )

    @admin.display(description="another one")
    def begin(self, version: PolicyVersion) -> SafeString:
        """Return the link to the editor, filled with this text."""
        url = f"{reverse('admin:policy_editor')}?from={version.number}"
        return format_html(
            '<span class="cx-page"><a href="{}">Write a version that begins from this one</a></span>', url
        )


@admin.register(PolicyActivation)
class PolicyActivationAdmin(PlatformModelAdmin):
    """What was put in force, when, by whom and why; the newest first."""

    policy_action = READ_VERSIONS
    list_display = ("activated_at", "which", "by", "reason")
    list_select_related = ("version",)
    ordering = ("-id",)
    fields = list_display
    readonly_fields = list_display

    def object_in_log(self, row: PolicyActivation) -> UUID:
        """Return the version that was put in force."""
        return row.version_id or PACKAGED_ID

    @admin.display(description="version")
    def which(self, activation: PolicyActivation) -> str:
        """Return the version."""
        return str(activation.version) if activation.version else "The packaged policies"

    @admin.display(description="by")
    def by(self, activation: PolicyActivation) -> str:
        """Return who did it."""
        urn = activation.activated_by
        return names_of_actors(urns=[urn])[urn]
