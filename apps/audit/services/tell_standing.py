# SPDX-License-Identifier: Apache-2.0
"""Tell how the log stands: to the watchers of a company, and to the platform."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from apps.audit.adapters.policy_entities import READ, READ_BUNDLES
from apps.audit.adapters.tree.state import LEASE
from apps.audit.domain.note.policy_file import parse_log_policy
from apps.audit.domain.standing import LogStanding, SealWord
from apps.audit.domain.trusted_keys import TrustedKeys
from apps.audit.selectors.newest_seals import newest_seals
from apps.audit.selectors.standing import (
    BACKLOG_MAX,
    last_comparisons,
    last_denial_comparison,
    last_log_comparison,
    last_platform_comparison,
    stored_standing,
    words_of_witnesses,
)
from cortex.database.standbys import connected_standbys
from cortex.errors import CortexError
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.log_state import LogLag, LogState
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def tell_standing_of_company(*, company_id: UUID, reader: Principal) -> LogStanding:
    """Return the log with the comparison of one company's books; raises AccessMustBeGranted."""
    get(Authorizer).require(principal=reader, action=READ, company_id=company_id)
    return replace(_standing(company_id), seals=_seals(company_id))


def tell_standing(*, reader: Principal, seals_of: UUID | None = None) -> LogStanding:
    """Return the log with the comparisons of every company's books; raises AccessMustBeGranted.

    Seals over denials are those over all companies and the platform, or of one company.
    """
    get(Authorizer).require(principal=reader, action=READ_BUNDLES, company_id=None)
    return replace(_standing(None), seals=_seals(seals_of))


def _seals(company_id: UUID | None) -> list[SealWord]:
    last = last_denial_comparison(company_id=company_id)
    own = str(company_id) if company_id else None
    found = last.differences if last else ()
    return newest_seals(
        company_id=company_id, differing={one["ordinal"] for one in found if one["company_id"] == own}
    )


def _standing(company_id: UUID | None) -> LogStanding:
    now = get(Clock).now()
    stored = stored_standing(lease=LEASE)
    standbys = connected_standbys()
    lag = get(LogState).lag(now=now) or LogLag(unsigned_seconds=0, uncosigned_seconds=0)
    return LogStanding(
        now=now,
        has_signer=bool(settings.AUDIT_SIGNER_SOCKET),
        tree_size=stored.tree_size,
        checkpoint_size=stored.checkpoint_size,
        root=stored.root,
        signed_at=stored.signed_at,
        cosigned_size=stored.cosigned_size,
        lease_until=stored.lease_until,
        fence=stored.fence,
        backlog=stored.backlog,
        backlog_max=BACKLOG_MAX,
        unsigned_for=timedelta(seconds=lag.unsigned_seconds),
        uncosigned_for=timedelta(seconds=lag.uncosigned_seconds),
        witnesses=words_of_witnesses(names=_witnesses()),
        comparisons=last_comparisons(company_id=company_id),
        log_comparison=last_log_comparison(),
        standby_count=standbys.count,
        are_standbys_awaited=standbys.are_awaited,
        platform_comparison=None if company_id else last_platform_comparison(),
        denial_comparison=last_denial_comparison(company_id=company_id),
        is_of_company=company_id is not None,
    )


def _witnesses() -> list[str]:
    if not settings.AUDIT_WITNESSES:
        return []
    try:
        return sorted(parse_log_policy(get(TrustedKeys).text().encode()).witnesses)
    except CortexError:
        # The worker tells what is wrong with the file; the page tells of the rest.
        return []
