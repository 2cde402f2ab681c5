# SPDX-License-Identifier: Apache-2.0
"""What an authority refuses; one class for each cause."""

from typing import Any

from cortex.errors import Conflict, CortexError, Malformed, NotFound


class AuthorityMustBeNew(Conflict):
    """There is an authority in this place already; another one would disown what it issued."""

    code = "pki.authority_must_be_new"


class AuthorityMustBeThere(CortexError):
    """There is no authority in this place, or half of one."""

    code = "pki.authority_must_be_there"


class RequestMustBeSignedByItsKey(Malformed):
    """A signing request is no PKCS #10, or its key is of another kind, or it did not sign it."""

    code = "pki.request_must_be_signed_by_its_key"


class NamesMustBeWellFormed(Malformed):
    """A DNS name or an address of a certificate is none."""

    code = "pki.names_must_be_well_formed"


class LifeMustBeShort(Malformed):
    """A certificate is to live longer than this authority lets any."""

    code = "pki.life_must_be_short"


class CertificateMustBeKnown(NotFound):
    """This authority has issued no certificate of this serial number."""

    code = "pki.certificate_must_be_known"


class CertificateMustBeOurs(Malformed):
    """What is to be renewed was not issued by this authority, was revoked, or has ended."""

    code = "pki.certificate_must_be_ours"


class RootKeyMustBeOpened(CortexError):
    """The root's key is sealed, and the identity that was given does not open it."""

    code = "pki.root_key_must_be_opened"


class IdentityMustStayOutside(Malformed):
    """The identity that opens the root's key would lie beside it."""

    code = "pki.identity_must_stay_outside"


class FilesMustBeWritable(CortexError):
    """A key or a certificate cannot be written where it was asked for."""

    code = "pki.files_must_be_writable"


def refused(
    error: type[CortexError], what: str, *, expected: str, got: str = "", remedy: str = ""
) -> CortexError:
    """Return the error as one sentence with its evidence."""
    told = f", got {got}" if got else ""
    evidence: dict[str, Any] = {"object": what, "expected": expected}
    evidence |= {key: text for key, text in (("got", got), ("remedy", remedy)) if text}
    return error(f"{what}: expected {expected}{told}.{f' {remedy}' if remedy else ''}", evidence=evidence)
