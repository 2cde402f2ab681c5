# SPDX-License-Identifier: Apache-2.0
"""The host behind an installed plugin: rows as policies let it see them, effects that wait for the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from apps.plugins.adapters.runtime.compared import bound_of, known_entity, told_row
from apps.plugins.adapters.runtime.effects import EVENTS_MAX, PROPOSALS_MAX, Effects
from apps.plugins.adapters.runtime.http_client import Sender
from apps.plugins.adapters.runtime.plugin_secrets import require_secret
from apps.plugins.adapters.runtime.stored_values import StoredValues
from apps.plugins.domain.host_backend import Condition
from apps.plugins.domain.host_errors import CallMustOnlyRead, ReadableMustBeKnown
from apps.plugins.domain.host_request import malformed
from apps.plugins.domain.http_request import HttpAnswer, HttpRequest
from cortex.database.bounded_time import within
from cortex.database.transactions import rehearse
from cortex.events.plugin_events import PluginEvent
from cortex.ports.authorizer import Authorizer
from cortex.ports.plugin_commands import plugin_command
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@dataclass
class DatabaseBackend:
    """One call of one plugin for one company. With `only_reads` it stands inside another's transaction."""

    company_id: UUID
    plugin: Principal
    sender: Sender
    only_reads: bool = False
    effects: Effects = field(default_factory=Effects)
    _asked: set[str] = field(default_factory=set)

    def rows(
        self, *, entity: str, fields: Sequence[str], where: Sequence[Condition], limit: int, within_ms: int
    ) -> list[dict[str, Any]]:
        """Return rows that the plugin may see for its person."""
        found = known_entity(name=entity, fields=[*fields, *(each.field for each in where)])
        bounds = [bound_of(entity=found, condition=each) for each in where]
        self._require(found.action)

        def read() -> list[dict[str, Any]]:
            return found.read(
                company_id=self.company_id, fields=fields, where=bounds, limit=limit, reader=self.plugin
            )

        return [told_row(row) for row in within(within_ms, read)]

    def emit(self, *, event: str, data: Mapping[str, Any]) -> None:
        """Publish when the call has ended well."""
        self._require_may_change("publish an event")
        if len(self.effects.events) >= EVENTS_MAX:
            raise malformed("event", f"at most {EVENTS_MAX} in one call")
        self.effects.events.append(PluginEvent(event, data))

    def read(self, *, key: str) -> str | None:
        """Return a stored text, what this call wrote included."""
        return self._store.read(key)

    def write(self, *, key: str, text: str | None) -> None:
        """Keep a text when the call has ended well."""
        self._require_may_change("write to its store")
        self.effects.values[key] = text

    def keys(self, *, prefix: str, after: str, limit: int) -> list[str]:
        """Return keys in order."""
        return self._store.keys(prefix=prefix, after=after, limit=limit)

    def stored_bytes(self, *, besides: str) -> int:
        """Return the bytes of all other keys and texts."""
        return self._store.bytes(besides=besides)

    def propose(self, *, entity: str, verb: str, content: Mapping[str, Any], within_ms: int) -> str:
        """Rehearse the proposal now, and make it when the call has ended well."""
        self._require_may_change("propose")
        command = plugin_command(entity=entity, verb=verb)
        if command is None:
            raise ReadableMustBeKnown(
                f"Request to {verb} {entity}: expected a verb that rooms of this release offer to plugins.",
                evidence={"object": f"{entity}#{verb}", "expected": "an offered verb"},
            )
        if len(self.effects.proposals) >= PROPOSALS_MAX:
            raise malformed("proposal", f"at most {PROPOSALS_MAX} in one call")

        def ask() -> str:
            asked = command.propose(company_id=self.company_id, content=content, proposed_by=self.plugin)
            return asked.title

        title = within(within_ms, lambda: rehearse(ask))
        self.effects.proposals.append((command, content))
        return title

    def send(self, *, request: HttpRequest, within_ms: int) -> HttpAnswer:
        """Send the request with the secrets that it names."""
        self._require_may_change("send requests")
        secrets = {
            header: (before, require_secret(company_id=self.company_id, plugin_id=self.plugin.id, name=name))
            for header, (before, name) in request.secrets.items()
        }
        return self.sender.send(request=request, secrets=secrets, within_ms=within_ms)

    @cached_property
    def _store(self) -> StoredValues:
        return StoredValues(company_id=self.company_id, plugin_id=self.plugin.id, written=self.effects.values)

    def _require(self, action: str) -> None:
        """Ask the policies once in a call for each action; which rows are seen is asked for each list."""
        if action not in self._asked:
            get(Authorizer).require(principal=self.plugin, action=action, company_id=self.company_id)
            self._asked.add(action)

    def _require_may_change(self, what: str) -> None:
        if self.only_reads:
            raise CallMustOnlyRead(
                f"Plugin {self.plugin.id}: this call may not {what}: validators judge inside of another's "
                "transaction, and GET changes nothing. Do it in a handler of an event, a job or POST.",
                evidence={"object": self.plugin.id, "remedy": "do it in a handler of an event"},
            )
