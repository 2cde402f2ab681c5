# SPDX-License-Identifier: Apache-2.0
"""Remember, while somebody is inside a company, the membership that let them in.

A request asks several times whether its principal may do something; the rows behind the answer are read
once, at the door. A membership taken away counts from the next request on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from cortex.identity.memberships import CompanyMembership

_entered: ContextVar[tuple[UUID, CompanyMembership] | None] = ContextVar("entered_membership", default=None)


@contextmanager
def remembered(*, user_id: UUID, membership: CompanyMembership) -> Iterator[None]:
    """Remember this membership of this user inside the block."""
    token = _entered.set((user_id, membership))
    try:
        yield
    finally:
        _entered.reset(token)


def entered_membership(*, user_id: UUID, company_id: UUID) -> CompanyMembership | None:
    """Return the remembered membership if it is of this user in this company."""
    entry = _entered.get()
    if entry is None or entry[0] != user_id or entry[1].company_id != company_id:
        return None
    return entry[1]
