# SPDX-License-Identifier: Apache-2.0
"""The kill-switch, and each time that somebody turned it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.contrib import admin
from django.utils.safestring import SafeString

from apps.plugins.admin.forms import SwitchForm
from apps.plugins.domain.policy_names import READ_VERSIONS, TURN_SWITCH
from apps.plugins.models import PluginSwitch
from apps.plugins.services.turn_switch import switch_off, switch_on
from cortex.backoffice.marks import mark
from cortex.backoffice.platform import PlatformVerbsModelAdmin
from cortex.backoffice.verbs import Done, PlatformVerb
from cortex.ports.principal import Principal


def _off(principal: Principal, given: Mapping[str, Any]) -> Done:
    turn = switch_off(plugin_id=given["plugin"], reason=given["reason"], turned_by=principal)
    return Done(f"{turn}: nothing of it is called in any company.")


def _on(principal: Principal, given: Mapping[str, Any]) -> Done:
    turn = switch_on(plugin_id=given["plugin"], reason=given["reason"], turned_by=principal)
    return Done(f"{turn}: what is enabled is called again.")


@admin.register(PluginSwitch)
class PluginSwitchAdmin(PlatformVerbsModelAdmin):
    """Each turn of the switch, the newest first: of a plugin the newest counts."""

    policy_action = READ_VERSIONS
    list_display = ("turned_at", "which", "standing", "reason", "turned_by")
    ordering = ("-id",)
    fields = ("id", "which", "standing", "reason", "turned_by", "turned_at")
    readonly_fields = fields
    platform_verbs: ClassVar[tuple[PlatformVerb, ...]] = (
        PlatformVerb(
            "switch-off",
            "Switch off",
            "From now on the plugin, or every plugin, is called in no company. Postings that a plugin must "
            "accept first are refused meanwhile.",
            TURN_SWITCH,
            _off,
            form=SwitchForm,
        ),
        PlatformVerb(
            "switch-on",
            "Switch on",
            "What is enabled in companies is called again.",
            TURN_SWITCH,
            _on,
            form=SwitchForm,
        ),
    )

    @admin.display(description="plugin")
    def which(self, turn: PluginSwitch) -> str:
        """Return the plugin."""
        return turn.plugin_id or "all plugins"

    @admin.display(description="turned")
    def standing(self, turn: PluginSwitch) -> SafeString:
        """Return where it was turned."""
        return mark("off", kind="bad") if turn.is_off else mark("on", kind="good")
