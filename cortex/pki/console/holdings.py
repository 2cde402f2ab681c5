# SPDX-License-Identifier: Apache-2.0
"""Commands on what services hold."""

from argparse import Namespace
from datetime import timedelta
from typing import TextIO

from cortex.clock import now
from cortex.pki.console.keeping import authority_for_services
from cortex.pki.errors import RequestMustBeSignedByItsKey, refused
from cortex.pki.expiry import Expiry, expiry_of
from cortex.pki.holding import Holding
from cortex.pki.issuing import issue_for_request, issue_here, keep_up_to_date, renew
from cortex.pki.keys import REQUEST_BYTES_MAX, new_key, signing_request
from cortex.pki.names import names_of


def request(options: Namespace, out: TextIO) -> int:
    """Make a key, keep it, and print the request."""
    holding, key = Holding(options.out), new_key()
    asked = signing_request(key=key, service=options.service)
    holding.keep_key(key)
    out.write(asked.decode())
    return 0


def issue(options: Namespace, out: TextIO) -> int:
    """Issue a certificate, here or for a request."""
    authority, at = authority_for_services(options), now().replace(microsecond=0)
    names = names_of(
        trust_domain=authority.trust_domain, service=options.service, dns=options.dns, addresses=options.ip
    )
    life = timedelta(hours=options.hours)
    if options.csr is not None:
        answer = issue_for_request(
            authority=authority, request=_request_in(options), names=names, at=at, life=life
        )
        out.write(answer.chain.decode())
        return 0
    issued = issue_here(authority=authority, holding=Holding(options.out), names=names, at=at, life=life)
    out.write(f"{issued.serial} {issued.spiffe_id} until {issued.ends_at:%Y-%m-%dT%H:%M:%SZ}\n")
    return 0


def renew_here(options: Namespace, out: TextIO) -> int:
    """Renew what lies in the directories; whatever else happens, each is tried."""
    authority, at = authority_for_services(options), now().replace(microsecond=0)
    for place in options.places:
        holding = Holding(place)
        if options.due_only and not expiry_of(files=holding.files, at=at).is_due:
            keep_up_to_date(authority=authority, holding=holding, at=at)
            out.write(f"{place} is not due yet\n")
            continue
        issued = renew(authority=authority, holding=holding, at=at, life=timedelta(hours=options.hours))
        out.write(f"{issued.serial} {issued.spiffe_id} until {issued.ends_at:%Y-%m-%dT%H:%M:%SZ}\n")
    return 0


def bring(options: Namespace, out: TextIO) -> int:
    """Write authorities and lists into directories of services."""
    authority, at = authority_for_services(options), now().replace(microsecond=0)
    for place in options.places:
        keep_up_to_date(authority=authority, holding=Holding(place), at=at)
        out.write(f"{place} knows what is trusted and revoked as of {at:%Y-%m-%dT%H:%M:%SZ}\n")
    return 0


def check(options: Namespace, out: TextIO) -> int:
    """Tell how long each has to live."""
    at = now()
    found = [(place, expiry_of(files=Holding(place).files, at=at)) for place in options.places]
    out.writelines(f"{place}  {_told(expiry)}\n" for place, expiry in found)
    return 1 if any(expiry.is_due for _, expiry in found) else 0


def _told(expiry: Expiry) -> str:
    word = "due" if expiry.is_due else "good"
    return f"{word}  {expiry.spiffe_id}  {expiry.what} ends {expiry.ends_at:%Y-%m-%dT%H:%M:%SZ}"


def _request_in(options: Namespace) -> bytes:
    try:
        with options.csr.open("rb") as file:
            return bytes(file.read(REQUEST_BYTES_MAX + 1))
    except OSError as error:
        got = error.strerror or "an error"
        raise refused(RequestMustBeSignedByItsKey, str(options.csr), expected="a file", got=got) from None
