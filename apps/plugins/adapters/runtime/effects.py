# SPDX-License-Identifier: Apache-2.0
"""What a call wants done: kept while it runs, and done when it has ended well, all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from apps.plugins.domain.host_errors import StorageMustSuffice
from apps.plugins.models import StoredValue
from cortex.database.transactions import in_transaction
from cortex.events.cause import Cause, caused_by
from cortex.events.plugin_events import PluginEvent, publish_of_plugin
from cortex.ids import uuid7
from cortex.ports.plugin_commands import PluginCommand
from cortex.ports.principal import Principal

EVENTS_MAX, PROPOSALS_MAX = 100, 20
_SIZE = (
    "SELECT coalesce(sum(octet_length(key) + octet_length(text)), 0) FROM plugins_stored_value"
    " WHERE company_id = %s AND plugin_id = %s"
)
# One after the other for each plugin in each company: two calls could fill the store twice.
_TURN = "SELECT pg_advisory_xact_lock(hashtextextended('plugins.store ' || %s || ' ' || %s, 0))"


@dataclass(slots=True)
class Effects:
    """Writes to the store by key (None removes), events and proposals, each in order."""

    values: dict[str, str | None] = field(default_factory=dict)
    events: list[PluginEvent] = field(default_factory=list)
    proposals: list[tuple[PluginCommand, Mapping[str, Any]]] = field(default_factory=list)

    @property
    def are_none(self) -> bool:
        """Return whether nothing is to be done."""
        return not (self.values or self.events or self.proposals)


def carry_out(
    effects: Effects,
    *,
    company_id: UUID,
    installation_id: UUID,
    plugin: Principal,
    hops: int,
    quota_bytes: int,
) -> None:
    """Do it in the open transaction; raises StorageMustSuffice, and what proposing raises."""
    if not in_transaction():
        raise RuntimeError("What a plugin wants done is done in the transaction that ends its call.")
    if effects.values:
        _store(effects.values, company_id, plugin.id, quota_bytes)
    with caused_by(Cause(plugin.id, hops + 1)):
        publish_of_plugin(company_id=company_id, installation_id=installation_id, events=effects.events)
        for command, content in effects.proposals:
            command.propose(company_id=company_id, content=content, proposed_by=plugin)


def _store(values: Mapping[str, str | None], company_id: UUID, plugin_id: str, quota_bytes: int) -> None:
    rows = StoredValue.objects.filter(company_id=company_id, plugin_id=plugin_id)
    with connection.cursor() as cursor:
        cursor.execute(_TURN, [str(company_id), plugin_id])
    rows.filter(key__in=[key for key, text in values.items() if text is None]).delete()
    StoredValue.objects.bulk_create(
        [
            StoredValue(id=uuid7(), company_id=company_id, plugin_id=plugin_id, key=key, text=text)
            for key, text in sorted(values.items())
            if text is not None
        ],
        update_conflicts=True,
        unique_fields=["company", "plugin_id", "key"],
        update_fields=["text"],
    )
    with connection.cursor() as cursor:
        cursor.execute(_SIZE, [company_id, plugin_id])
        size = int(cursor.fetchone()[0])
    if size > quota_bytes:
        raise StorageMustSuffice(
            f"Plugin {plugin_id}: the store would hold {size} bytes, {quota_bytes} are granted.",
            evidence={"expected": quota_bytes, "got": size, "difference": size - quota_bytes},
        )
