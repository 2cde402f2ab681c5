# SPDX-License-Identifier: Apache-2.0
"""Seal what the processes of this machine wrote into their logs: each segment gets a leaf."""

import errno
import os
import socket
from collections.abc import Sequence
from pathlib import Path

import structlog

from apps.audit.adapters.custody.log_files import opened
from apps.audit.domain.custody.cutting import next_segment
from apps.audit.domain.custody.errors import LogMustBeReadable, LogNamesMustDiffer
from apps.audit.domain.custody.segment import Segment
from apps.audit.domain.policy_names import SEAL_SEGMENT
from apps.audit.models import LogCustodian, LogSegment
from apps.audit.selectors.custody import history_of
from cortex.database.transactions import transactional
from cortex.events.leases import Lease, claim_lease, keep_lease, release_lease
from cortex.ids import uuid7
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

OBJECT_TYPE = "audit.log_segment"
# 50 MB of one log in one round; the next one goes on.
SEGMENTS_MAX = 200
_log = structlog.get_logger(__name__)


def seal_logs(*, paths: Sequence[Path], sealed_by: Principal) -> int | None:
    """Return how many segments were sealed, None while another process of this machine does it.

    Each is sealed in a transaction of its own, and what was sealed is all that is remembered: whoever is
    killed between two neither loses nor doubles one.

    Raises: AccessMustBeGranted, LogNamesMustDiffer, LogMustBeReadable (once all others are sealed).
    """
    get(Authorizer).require(principal=sealed_by, action=SEAL_SEGMENT, company_id=None)
    _require_different_names(paths)
    host = socket.gethostname()
    lease = claim_lease(name=f"log-custody:{host}"[:100])
    if lease is None:
        return None
    try:
        return _sealed(paths, host, sealed_by, lease)
    finally:
        release_lease(lease)


def _sealed(paths: Sequence[Path], host: str, sealed_by: Principal, lease: Lease) -> int:
    count, unread = 0, None
    for path in paths:
        try:
            count += _seal_stream(path, f"{host}/{path.name}", sealed_by, lease)
        except OSError as error:
            unread = LogMustBeReadable(path=path, reason=error.strerror or "it cannot be read")
    if unread is not None:
        raise unread
    _remember(host)
    return count


def _seal_stream(path: Path, stream: str, sealed_by: Principal, lease: Lease) -> int:
    """Seal what is due of one log; what is written meanwhile waits for the next round."""
    with opened(path) as files:
        for count in range(SEGMENTS_MAX):
            keep_lease(lease)
            segment = next_segment(
                stream=stream, history=history_of(stream=stream), files=files, at=get(Clock).now()
            )
            if segment is None:
                # A file that is not there is no quiet log: somebody named another, or took it away.
                if not files:
                    raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
                return count
            _store(segment, sealed_by)
            if segment.broken:
                _log.critical(
                    "log_custody_broken", stream=stream, ordinal=segment.ordinal, reason=segment.broken
                )
    return SEGMENTS_MAX


@transactional
def _store(segment: Segment, sealed_by: Principal) -> None:
    row = LogSegment.objects.create(
        id=uuid7(),
        stream=segment.stream,
        ordinal=segment.ordinal,
        file=segment.file,
        first_byte=segment.first_byte,
        end_byte=segment.end_byte,
        sha256=segment.sha256,
        former=segment.former,
        closes=segment.closes,
        broken=segment.broken,
        sealed_at=segment.sealed_at,
        statement=segment.statement,
    )
    record = AuditRecord(verb=SEAL_SEGMENT, object_type=OBJECT_TYPE, object_id=row.id, digest=segment.digest)
    get(AuditLog).append(company_id=None, actor=sealed_by, records=[record])


@transactional
def _remember(host: str) -> None:
    LogCustodian.objects.update_or_create(host=host[:200], defaults={"looked_at": get(Clock).now()})


def _require_different_names(paths: Sequence[Path]) -> None:
    names = [path.name for path in paths]
    for name in names:
        if names.count(name) > 1:
            raise LogNamesMustDiffer(name=name)
