# SPDX-License-Identifier: Apache-2.0
"""A family: everything that came of one yes. It has one refresh token and one access token that count.

A refresh token that comes a second time was copied, and nobody can tell the thief from the owner: the
whole family ends. Source: RFC 9700 section 4.14.2.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from oauth2_provider.models import get_refresh_token_model

from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.programs.log import authorization_digest, log_authorization
from cortex.programs.models import Authorization

LIFETIME = timedelta(days=90)
SERVER = Principal.service("authorization-server")
REPLAYED_CODE, REPLAYED_TOKEN = "replayed_code", "replayed_refresh_token"
REVOKED, SIGNED_OUT, WITHDRAWN = "revoked", "signed_out", "withdrawn"


def ends_at(authorization: Authorization) -> datetime:
    """Return when the yes ends by itself."""
    return authorization.granted_at + LIFETIME


def is_over(authorization: Authorization, *, at: datetime) -> bool:
    """Tell whether the yes no longer counts."""
    return authorization.ended_at is not None or ends_at(authorization) <= at


def living(rows: QuerySet[Authorization], *, at: datetime) -> QuerySet[Authorization]:
    """Return those that still count."""
    return rows.filter(ended_at__isnull=True, granted_at__gt=at - LIFETIME)


def locked(authorization_id: UUID) -> Authorization | None:
    """Return the yes, held until the transaction ends: no token comes of it while it is taken back."""
    return Authorization.objects.select_for_update().filter(id=authorization_id).first()


def end_all(rows: QuerySet[Authorization], *, ended_by: Principal) -> int:
    """Take back each yes of these that is open, in the open transaction; return how many there were."""
    at, count = get(Clock).now(), 0
    for each in rows.filter(ended_at__isnull=True).iterator():
        end_family(authorization=each, because=WITHDRAWN, at=at, ended_by=ended_by)
        count += 1
    return count


@transactional
def end_family(
    *, authorization: Authorization, because: str, at: datetime, ended_by: Principal = SERVER
) -> None:
    """Take back every token of the family; once ended it stays so, and leaves one audit leaf."""
    # Whoever exchanges or refreshes holds this row: their tokens are there before they are looked for.
    found = locked(authorization.id)
    get_refresh_token_model().revoke_family(authorization.id)
    if found is None or found.ended_at is not None:
        return
    before = authorization_digest(found)
    found.ended_at, found.ended_because = at, because
    found.save(update_fields=["ended_at", "ended_because"])
    log_authorization(
        f"programs.authorization.ended_{because}", authorization=found, by=ended_by, before=before
    )
