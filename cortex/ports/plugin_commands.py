# SPDX-License-Identifier: Apache-2.0
"""Verbs that plugins may ask for: each ends as a proposal that a person decides, never as the deed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal


class Propose(Protocol):
    """How a room makes a proposal of what a plugin asks for."""

    def __call__(
        self, *, company_id: UUID, content: Mapping[str, Any], proposed_by: Principal
    ) -> ProposalRef:
        """Store the proposal in the running transaction.

        Raises: CortexError of the room where the content is malformed or could not be carried out now.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginCommand:
    """One verb on an entity, such as `propose` on `accounting.journal_entry`; `content` says what it takes.

    `scopes` are those that whoever proposes needs.
    """

    entity: str
    verb: str
    title: str
    content: str
    scopes: frozenset[str]
    propose: Propose


_commands: dict[tuple[str, str], PluginCommand] = {}


def plugin_commands(*commands: PluginCommand) -> None:
    """Register commands; call it in `AppConfig.ready`."""
    _commands.update({(each.entity, each.verb): each for each in commands})


def plugin_command(*, entity: str, verb: str) -> PluginCommand | None:
    """Return the command, or None where no room has it."""
    return _commands.get((entity, verb))


def all_plugin_commands() -> list[PluginCommand]:
    """Return every command, by entity and verb."""
    return [_commands[key] for key in sorted(_commands)]
