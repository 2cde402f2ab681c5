# SPDX-License-Identifier: Apache-2.0
"""The Celery tasks that look through the keepers of keys, and add up uses of keys."""

import structlog
from celery import shared_task

from cortex.ports.asking import asks_nothing
from cortex.ports.principal import Principal
from cortex.secrets.count_key_uses import count_key_uses
from cortex.secrets.record_key_versions import record_key_versions

_log = structlog.get_logger(__name__)


@shared_task(name="cortex.secrets.look_at_keys", acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it writes down what the keepers have, and changes nothing there")
def look_at_keys() -> None:
    """Write down versions that came or went since the last look; a keeper that is away is looked at later."""
    for sighting in record_key_versions(seen_by=Principal.service("scheduler")):
        _log.info(
            "key_version_seen",
            keeper=sighting.keeper,
            key_id=sighting.key_id,
            version=sighting.version,
            is_held=sighting.is_held,
        )


@shared_task(name="cortex.secrets.count_key_uses", acks_late=False, ignore_result=True)  # type: ignore[untyped-decorator]
@asks_nothing("it adds up what was done before")
def add_up_key_uses() -> None:
    """Add up what processes counted since the last round; a round that was missed is made up for."""
    count_key_uses(counted_by=Principal.service("scheduler"))
