# SPDX-License-Identifier: Apache-2.0
"""Take a certificate back at its authority, and say so in the database and the log."""

from datetime import datetime

from cortex.database.transactions import transactional
from cortex.pki.actions import REVOKE
from cortex.pki.issued import Authority, Issued
from cortex.pki.recording import record_issued
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def revoke_certificate(*, authority: Authority, serial: str, revoked_by: Principal, at: datetime) -> Issued:
    """Take it back for good; servers learn of it with the next list.

    The authority comes first: a revocation that the database forgets is made good by the next
    `cortex certificates record`, one that the authority never heard of would protect nobody.

    Raises: AccessMustBeGranted, CertificateMustBeKnown.
    """
    get(Authorizer).require(principal=revoked_by, action=REVOKE, company_id=None)
    revoked = authority.revoke(serial=serial, at=at)
    record_issued(issued=[revoked], recorded_by=revoked_by, at=at)
    return revoked
