# SPDX-License-Identifier: Apache-2.0
"""The kill-switch: a plugin, or every plugin, is called no more in any company."""

from apps.plugins.adapters.digests import switch_digest
from apps.plugins.domain.lifecycle_errors import SwitchMustTurn
from apps.plugins.domain.policy_names import SWITCH_TYPE, TURN_SWITCH
from apps.plugins.models import PluginSwitch
from apps.plugins.selectors.switches import EVERY_PLUGIN, switch_of
from apps.plugins.services.reasons import read_reason
from apps.plugins.services.record_verb import record_platform_verb
from cortex.database.transactions import transactional
from cortex.database.turns import take_turns
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def switch_off(*, reason: str, turned_by: Principal, plugin_id: str = EVERY_PLUGIN) -> PluginSwitch:
    """Switch the plugin off, or all of them where none is named; raises as _turn."""
    return _turn(plugin_id, True, reason, turned_by)


def switch_on(*, reason: str, turned_by: Principal, plugin_id: str = EVERY_PLUGIN) -> PluginSwitch:
    """Switch it on again; installations run on as they stand. Raises as _turn."""
    return _turn(plugin_id, False, reason, turned_by)


@transactional
def _turn(plugin_id: str, is_off: bool, reason: str, turned_by: Principal) -> PluginSwitch:
    """Store the turn; raises AccessMustBeGranted, ReasonMustBeGiven, SwitchMustTurn."""
    get(Authorizer).require(principal=turned_by, action=TURN_SWITCH, company_id=None)
    reason = read_reason(reason)
    take_turns(SWITCH_TYPE, plugin_id)
    newest = switch_of(plugin_id=plugin_id)
    if is_off is (newest is not None and newest.is_off):
        raise SwitchMustTurn(
            f"Switch of {plugin_id or 'all plugins'}: expected to turn it {'off' if is_off else 'on'}, "
            "got one that stands so already.",
            evidence={"object": plugin_id or "all plugins", "got": "off" if is_off else "on"},
        )
    turn = PluginSwitch.objects.create(
        plugin_id=plugin_id,
        is_off=is_off,
        reason=reason,
        turned_by=turned_by.urn,
        turned_at=get(Clock).now(),
    )
    record_platform_verb(
        verb=TURN_SWITCH,
        object_type=SWITCH_TYPE,
        object_id=turn.id,
        digest=switch_digest(turn),
        actor=turned_by,
        is_new=True,
    )
    return turn
