# SPDX-License-Identifier: Apache-2.0
"""The kill-switch, as it stands."""

from collections.abc import Sequence

from apps.plugins.domain.lifecycle_errors import PluginMustBeSwitchedOn
from apps.plugins.models import PluginSwitch
from cortex.database.transactions import transactional

EVERY_PLUGIN = ""


@transactional
def switches() -> Sequence[PluginSwitch]:
    """Return the newest turn for each plugin that was ever switched, and for all of them."""
    return list(PluginSwitch.objects.order_by("plugin_id", "-id").distinct("plugin_id"))


@transactional
def switch_of(*, plugin_id: str) -> PluginSwitch | None:
    """Return the newest turn of this switch, or None where nobody has turned it."""
    return PluginSwitch.objects.filter(plugin_id=plugin_id).order_by("-id").first()


def require_switched_on(*, plugin_id: str) -> None:
    """Raise PluginMustBeSwitchedOn where this plugin is off, or all of them are."""
    newest = (
        PluginSwitch.objects.filter(plugin_id__in=[EVERY_PLUGIN, plugin_id])
        .order_by("plugin_id", "-id")
        .distinct("plugin_id")
    )
    for row in newest:
        if row.is_off:
            raise PluginMustBeSwitchedOn(
                f"Plugin {plugin_id}: expected to be on, got {row.plugin_id or 'all plugins'} switched off: "
                f"{row.reason}",
                evidence={"object": plugin_id, "expected": "on", "got": "off", "since": str(row.turned_at)},
            )
