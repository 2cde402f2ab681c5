# SPDX-License-Identifier: Apache-2.0
"""Issue and renew: the same whoever signs."""

from datetime import datetime, timedelta

from cortex.pki.errors import CertificateMustBeOurs, refused
from cortex.pki.holding import Holding
from cortex.pki.issued import LIFE_USUAL, Answer, Authority, Issued
from cortex.pki.keys import new_key, requested_key, signing_request
from cortex.pki.names import Names, names_in


def issue_for_request(
    *, authority: Authority, request: bytes, names: Names, at: datetime, life: timedelta = LIFE_USUAL
) -> Answer:
    """Return a certificate for a key that stays where it is; its names are those given here."""
    key = requested_key(request)
    return authority.issue(key=key, request=request, names=names, life=life, at=at)


def issue_here(
    *, authority: Authority, holding: Holding, names: Names, at: datetime, life: timedelta = LIFE_USUAL
) -> Issued:
    """Make a key on this machine, and keep it with its certificate and all that belongs to it."""
    key = new_key()
    request = signing_request(key=key, service=names.service)
    answer = issue_for_request(authority=authority, request=request, names=names, at=at, life=life)
    keep_up_to_date(authority=authority, holding=holding, at=at)
    holding.keep_key(key)
    holding.keep_certificate(answer.chain)
    return answer.issued


def renew(*, authority: Authority, holding: Holding, at: datetime, life: timedelta = LIFE_USUAL) -> Issued:
    """Replace the certificate by one of the same names and key, with a new life.

    Raises: CertificateMustBeOurs for one that has ended, was revoked or came from elsewhere: whoever holds
    an old key must not get a new certificate for it.
    """
    held, key = holding.certificate(), holding.key()
    serial = f"{held.serial_number:x}"
    known = next((each for each in authority.issued() if each.serial == serial), None)
    if known is None or known.revoked_at is not None or known.ends_at <= at:
        remedy = "Issue a new one with `cortex pki issue`."
        expected = "one that this authority issued, that is not revoked and has not ended"
        raise refused(CertificateMustBeOurs, f"Certificate {serial}", expected=expected, remedy=remedy)
    names = names_in(held)
    request = signing_request(key=key, service=names.service)
    answer = issue_for_request(authority=authority, request=request, names=names, at=at, life=life)
    keep_up_to_date(authority=authority, holding=holding, at=at)
    holding.keep_certificate(answer.chain)
    return answer.issued


def keep_up_to_date(*, authority: Authority, holding: Holding, at: datetime) -> None:
    """Bring whom to believe, and what they took back, to a service."""
    holding.keep_trust(trusted=authority.trusted(), revocations=authority.revocations(at=at))
