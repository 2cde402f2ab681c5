# SPDX-License-Identifier: Apache-2.0
"""Queue an event for each plugin of its company that hears it, once for each installation."""

import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from apps.plugins.domain.asked_call import EVENT
from apps.plugins.domain.capability import Capability, Kind
from apps.plugins.models import Installation, PluginRun
from apps.plugins.selectors.versions import manifest_of
from apps.plugins.services.send_runs import send_at_commit
from cortex.database.transactions import transactional
from cortex.events.cause import HOPS_MAX, Cause, cause_in
from cortex.events.received import ReceivedEvent
from cortex.ids import uuid7
from cortex.ports.clock import Clock
from cortex.ports.registry import get


@transactional
def queue_event(*, event: ReceivedEvent) -> int:
    """Queue the runs and return how many; it reads rows, and calls nobody.

    A plugin hears nothing that itself caused, and nobody hears what is further than five calls of plugins
    away from a person's deed: plugins that answer each other come to rest.
    """
    envelope = json.loads(event.envelope)
    cause = cause_in(envelope)
    if cause is not None and cause.hops > HOPS_MAX:
        return 0
    runs = [
        _run(installation, handler, event, envelope, cause)
        for installation, handler in _hearing(event.company_id, event.event_type)
        if cause is None or cause.plugin != installation.plugin_id
    ]
    queued = _queued(runs)
    send_at_commit(company_id=event.company_id, run_ids=queued)
    return len(queued)


def _hearing(company_id: UUID, event_type: str) -> Iterable[tuple[Installation, str]]:
    enabled = Installation.objects.filter(company_id=company_id, state=Installation.State.ENABLED)
    heard = Capability(Kind.HEAR, event_type).text
    # The database leaves out nearly all of them: `granted` holds each grant as a text.
    for installation in enabled.filter(granted__contains=[heard]).select_related("version"):
        handler = manifest_of(installation.version).events.get(event_type)
        if handler is not None:
            yield installation, handler


def _run(
    installation: Installation,
    handler: str,
    event: ReceivedEvent,
    envelope: dict[str, Any],
    cause: Cause | None,
) -> PluginRun:
    return PluginRun(
        id=uuid7(),
        company_id=event.company_id,
        installation_id=installation.id,
        trigger=EVENT,
        trigger_id=str(event.id),
        handler=handler,
        given=envelope,
        hops=0 if cause is None else cause.hops,
        queued_at=get(Clock).now(),
    )


def _queued(runs: list[PluginRun]) -> list[UUID]:
    """Write those that are not there yet, and return their ids."""
    if not runs:
        return []
    PluginRun.objects.bulk_create(runs, ignore_conflicts=True)
    return list(
        PluginRun.objects.filter(company_id=runs[0].company_id, id__in=[run.id for run in runs]).values_list(
            "id", flat=True
        )
    )
