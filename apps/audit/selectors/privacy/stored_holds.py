# SPDX-License-Identifier: Apache-2.0
"""Holds of all companies, for rooms whose rows belong to people or to the platform."""

from collections.abc import Iterator
from contextlib import contextmanager

from cortex.database.service_role import service_transaction
from cortex.ports.legal_holds import HeldNow

# A hold takes it shared, beside the lock of its company: a night that deletes waits for none of the others.
_LOCK = "SELECT pg_advisory_xact_lock(audit_privacy_lock_key('00000000-0000-0000-0000-000000000000'))"
_IN_FORCE = "SELECT company_id, subject_id FROM audit_hold WHERE lifted_at IS NULL"


class StoredHolds:
    """Reads holds under the service role, which sees every company."""

    @contextmanager
    def in_force(self) -> Iterator[HeldNow]:
        """Yield what is held; who places a hold waits until the block ends."""
        with service_transaction() as cursor:
            cursor.execute(_LOCK)
            cursor.execute(_IN_FORCE)
            rows = cursor.fetchall()
            yield HeldNow(
                companies=frozenset(company for company, subject in rows if subject is None),
                subjects=frozenset(subject for _company, subject in rows if subject is not None),
            )
