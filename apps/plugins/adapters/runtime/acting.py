# SPDX-License-Identifier: Apache-2.0
"""A plugin as who acts: for a person, with that person's roles and within what was granted to it."""

from collections.abc import Iterable
from uuid import UUID

from apps.plugins.domain.capability import READ, Capability, Kind
from apps.plugins.domain.manifest import Manifest
from cortex.policy.actions import find_action
from cortex.ports.plugin_commands import plugin_command
from cortex.ports.principal import Principal
from cortex.ports.readable_entities import readable_entity


def plugin_acting_for(
    *, user_id: UUID, manifest: Manifest, granted: Iterable[str], within: frozenset[str] | None = None
) -> Principal:
    """Return the plugin; `within` are the scopes of the token that asked, None where there was none.

    What the manifest names and nobody granted is not there, and neither is what was granted to another
    version and is no longer named.
    """
    texts = frozenset(granted)
    data = [each for each in manifest.capabilities if each.kind is Kind.DATA and each.text in texts]
    scopes = frozenset(scope for each in data for scope in _scopes(each))
    return Principal.plugin(
        plugin_id=manifest.id,
        user_id=user_id,
        scopes=scopes if within is None else scopes & within,
        granted=frozenset(f"{each.subject}#{each.verb}" for each in data),
    )


def _scopes(capability: Capability) -> frozenset[str]:
    """Return the scopes of what a capability opens; none for what no room of this release has."""
    if capability.verb == READ:
        entity = readable_entity(capability.subject)
        action = None if entity is None else find_action(entity.action)
        return frozenset() if action is None else frozenset({action.scope})
    command = plugin_command(entity=capability.subject, verb=capability.verb)
    return frozenset() if command is None else command.scopes
