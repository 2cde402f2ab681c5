# SPDX-License-Identifier: Apache-2.0
"""What a client may be: a name that is safe in logs, addresses that lead nowhere else, scopes that exist."""

import re
from dataclasses import dataclass
from typing import Any

from cortex.programs.errors import ClientMustBeWellFormed
from cortex.programs.redirects import reason_against
from cortex.programs.scopes import known_scopes, require_scopes

CLIENT_ID = re.compile(r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")
NAME_LENGTH_MAX = 100
ADDRESSES_MAX = 20
# One that people made up must be as long as one that they could not guess.
SECRET_LENGTH_MIN, SECRET_LENGTH_MAX = 20, 200
KINDS = ("service", "web", "native", "device")
WITH_ADDRESSES = ("web", "native")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What somebody says about a client."""

    client_id: str
    name: str
    kind: str
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...] = ()
    post_logout_redirect_uris: tuple[str, ...] = ()
    certificate_id: str = ""


def kind_of(application: Any) -> str:
    """Return what a stored client is."""
    if application.authorization_grant_type == application.GRANT_CLIENT_CREDENTIALS:
        return "service"
    if application.authorization_grant_type == application.GRANT_DEVICE_CODE:
        return "device"
    return "web" if application.client_type == application.CLIENT_CONFIDENTIAL else "native"


def require_good_terms(terms: Terms, *, secret: str | None = None) -> None:
    """Raise ClientMustBeWellFormed or ScopeMustBeKnown unless a client may be like this."""
    if terms.kind not in KINDS:
        raise _refused(terms, expected=f"a kind out of {', '.join(KINDS)}", got=terms.kind)
    if not CLIENT_ID.match(terms.client_id):
        raise _refused(terms, expected="an id of up to 100 letters, digits, '.', '_' and '-'")
    if not terms.name.isprintable() or not 0 < len(terms.name) <= NAME_LENGTH_MAX:
        raise _refused(terms, expected=f"a printable name of up to {NAME_LENGTH_MAX} characters")
    if secret is not None and not SECRET_LENGTH_MIN <= len(secret) <= SECRET_LENGTH_MAX:
        raise _refused(terms, expected=f"a secret of at least {SECRET_LENGTH_MIN} characters")
    if terms.certificate_id and not terms.certificate_id.startswith("spiffe://"):
        raise _refused(terms, expected="a certificate id such as spiffe://cortex/robot")
    require_scopes(wanted=terms.scopes, among=known_scopes())
    _require_good_addresses(terms)


def _require_good_addresses(terms: Terms) -> None:
    addresses = (*terms.redirect_uris, *terms.post_logout_redirect_uris)
    if bool(terms.redirect_uris) != (terms.kind in WITH_ADDRESSES):
        raise _refused(terms, expected="redirect addresses for the kinds web and native, and for no other")
    if len(addresses) > ADDRESSES_MAX:
        raise _refused(terms, expected=f"at most {ADDRESSES_MAX} addresses", got=str(len(addresses)))
    for address in addresses:
        reason = reason_against(address, is_native=terms.kind == "native")
        if reason:
            raise _refused(terms, expected=reason, got=address[:200])


def _refused(terms: Terms, *, expected: str, got: str = "something else") -> ClientMustBeWellFormed:
    return ClientMustBeWellFormed(
        f"Client {terms.client_id[:100]!a}: expected {expected}, got {got!a}.",
        evidence={"object": "client", "expected": expected, "got": got},
    )
