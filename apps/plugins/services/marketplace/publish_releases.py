# SPDX-License-Identifier: Apache-2.0
"""Bring the signed repository to what was decided: put releases in, take withdrawn ones out.

A repository or a signing service that is away stops nothing that was decided; the schedule tries again.
"""

from uuid import UUID

import structlog

from apps.plugins.domain.marketplace.errors import TargetMustExist
from apps.plugins.models import Release, SubmissionFile
from apps.plugins.selectors.marketplace.submissions import file_of
from apps.plugins.services.marketplace.publish_target import publish_target
from apps.plugins.services.marketplace.withdraw_target import withdraw_target
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

# Who decided was asked and recorded then; this carries it out.
PUBLISHING = Principal.service("marketplace")
_log = structlog.get_logger(__name__)


def publish_releases() -> int:
    """Put in and take out what waits; return how many. One that fails is told, and holds up no other."""
    return sum(_followed(each) for each in _waiting())


@transactional
def _waiting() -> list[Release]:
    rows = Release.objects.select_related("submission__publisher").order_by("id")
    put_in = rows.filter(published_at__isnull=True, standing=Release.Standing.RELEASED)
    take_out = rows.filter(published_at__isnull=False, taken_out_at__isnull=True).exclude(
        standing=Release.Standing.RELEASED
    )
    return [*put_in[:50], *take_out[:50]]


def _followed(row: Release) -> int:
    try:
        if row.standing == Release.Standing.RELEASED:
            _put_in(row)
            _note(row.id, "published_at")
        else:
            _take_out(row)
            _note(row.id, "taken_out_at")
    except CortexError as error:
        _log.warning("release_not_followed", release=str(row.id), code=error.code)
        _hindered(row.id, error)
        return 0
    return 1


def _put_in(row: Release) -> None:
    bundle = file_of(submission=row.submission, kind=SubmissionFile.Kind.SIGNED)
    if bundle is not None:
        publish_target(
            bundle=bundle,
            channel=row.repository_channel,
            publisher=row.submission.publisher.namespace,
            released_by=PUBLISHING,
        )


def _take_out(row: Release) -> None:
    try:
        withdraw_target(
            plugin_id=row.plugin_id,
            version=row.version,
            channel=row.repository_channel,
            reason=row.withdrawn_reason,
            withdrawn_by=PUBLISHING,
        )
    except TargetMustExist:
        # Somebody took it out by hand: what was decided holds.
        return


@transactional
def _note(release_id: UUID, column: str) -> None:
    Release.objects.filter(id=release_id).update(**{column: get(Clock).now(), "hindrance": ""})


@transactional
def _hindered(release_id: UUID, error: CortexError) -> None:
    Release.objects.filter(id=release_id).update(hindrance=f"{error.code}: {error.message}"[:500])
