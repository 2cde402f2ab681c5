# SPDX-License-Identifier: Apache-2.0
"""Plugins of companies: what they may do in words, state and settings, and all that is done with them."""

import json
from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter

from apps.plugins.admin import installation_verbs as verbs
from apps.plugins.admin.forms import (
    AcceptForm,
    InstallForm,
    ReasonForm,
    RemoveForm,
    SettingsForm,
    UpgradeForm,
)
from apps.plugins.admin.told import lines
from apps.plugins.domain.policy_names import (
    CONFIGURE,
    DISABLE,
    ENABLE,
    INSTALL,
    READ_INSTALLATIONS,
    REMOVE,
    ROLL_BACK,
    UPGRADE,
)
from apps.plugins.models import Installation
from apps.plugins.selectors.newest_runs import newest_runs
from cortex.backoffice.marks import Kind, mark
from cortex.backoffice.verbs import ListVerb, RowVerb, VerbsModelAdmin
from cortex.identity.actor_names import names_of_actors

State = Installation.State
_MARKS: dict[str, Kind] = {State.ENABLED: "good", State.DISABLED: "warn", State.QUARANTINED: "bad"}


def _is_there(row: Any) -> bool:
    return bool(row.state != State.REMOVED)


@admin.register(Installation)
class InstallationAdmin(VerbsModelAdmin):
    """A plugin in a company; one that was removed stays to be read."""

    policy_action = READ_INSTALLATIONS
    list_display = ("plugin_id", "company", "running", "standing", "installed_at")
    list_filter = ("state", ("company", AutocompleteSelectFilter))
    list_select_related = ("company", "version", "previous_version")
    search_fields = ("plugin_id__startswith",)
    ordering = ("plugin_id", "-id")
    fields = (
        "id",
        "company",
        "plugin_id",
        "running",
        "previous_version",
        "standing",
        "state_reason",
        "rights",
        "settings_told",
        "acts_for",
        "last_run",
        "installed_at",
    )
    readonly_fields = fields
    list_verbs = (
        ListVerb(
            "install",
            "Install a plugin",
            "It runs from now on, with what it may do and the defaults of its settings. What it does by "
            "itself it does in your name and with your rights.",
            INSTALL,
            verbs.install,
            form=InstallForm,
        ),
    )
    row_verbs = (
        RowVerb(
            "settings",
            "Change its settings",
            "They count from its next call on.",
            CONFIGURE,
            verbs.configure,
            form=SettingsForm,
            applies=_is_there,
            initial=verbs.settings_now,
        ),
        RowVerb(
            "upgrade",
            "Upgrade it",
            "The later version runs from its next call on, in your name, with what it may do.",
            UPGRADE,
            verbs.upgrade,
            form=UpgradeForm,
            applies=lambda row: _is_there(row) and bool(verbs.later_versions(row)["differences"]),
            initial=verbs.later_versions,
        ),
        RowVerb(
            "rollback",
            "Go back",
            "The version before runs again, in your name, with what it may do.",
            ROLL_BACK,
            verbs.roll_back,
            form=AcceptForm,
            applies=lambda row: _is_there(row) and row.previous_version is not None,
            initial=verbs.former_version,
        ),
        RowVerb(
            "enable",
            "Start it again",
            "What it does by itself it does in your name and with your rights.",
            ENABLE,
            verbs.enable,
            applies=lambda row: row.state in (State.DISABLED, State.QUARANTINED),
        ),
        RowVerb(
            "disable",
            "Stop it",
            "It is called no more; data and settings stay.",
            DISABLE,
            verbs.disable,
            form=ReasonForm,
            applies=lambda row: row.state == State.ENABLED,
        ),
        RowVerb(
            "remove",
            "Remove it",
            "It is taken out, and its data is kept. Where that is to be handed out and deleted, use the API "
            "or `cortex plugin remove --export FILE`.",
            REMOVE,
            verbs.remove,
            form=RemoveForm,
            applies=_is_there,
        ),
    )

    @admin.display(description="state", ordering="state")
    def standing(self, row: Installation) -> SafeString:
        """Return the state as a mark."""
        return mark(State(row.state).label, kind=_MARKS.get(row.state, "plain"))

    @admin.display(description="version")
    def running(self, row: Installation) -> str:
        """Return which version runs."""
        return row.version.version

    @admin.display(description="what it may do")
    def rights(self, row: Installation) -> SafeString:
        """Return it in words."""
        return lines(verbs.rights_now(row))

    @admin.display(description="settings")
    def settings_told(self, row: Installation) -> SafeString:
        """Return each with its value."""
        return lines(f"{name}: {json.dumps(value)}" for name, value in sorted(row.settings.items()))

    @admin.display(description="acts by itself for")
    def acts_for(self, row: Installation) -> str:
        """Return in whose name it acts where nobody calls it."""
        return names_of_actors(urns=[row.installed_by])[row.installed_by]

    @admin.display(description="last event or job")
    def last_run(self, row: Installation) -> str:
        """Return how what it does by itself ended last, also where it was refused before it was called."""
        run = newest_runs([row]).get(row.id)
        if run is None or run.ended_at is None:
            return "none within 30 days"
        told = f"failed: {run.error}" if run.error else "done"
        return f"{run.ended_at:%Y-%m-%d %H:%M:%S} UTC, {run.trigger}, {told}"
