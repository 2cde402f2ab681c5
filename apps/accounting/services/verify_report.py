# SPDX-License-Identifier: Apache-2.0
"""Check a signed report that came back, and give out the key to check it with elsewhere."""

from apps.accounting.adapters.report_signature import SignedClaim, as_pem, fits_a_key_of, signed_claim_in
from apps.accounting.domain.report_claim import ReportClaim, check_claim, refused
from apps.accounting.services.sign_report import KEY_ID
from cortex.ports import registry
from cortex.ports.key_management import CiphertextMustBeIntact, KeyManagement, KeyMustExist


def verify_report(*, report: bytes, signature: bytes, key_file: str | None = None) -> ReportClaim:
    """Return what was signed about these bytes; without a file of public keys, key management is asked.

    Raises: ReportMustBeTheSignedOne, ReportSignatureMustBeReadable, KeyMustBeReadable, VaultMustBeReachable.
    """
    signed = signed_claim_in(signature)
    check_claim(signed.claim, report=report, key=KEY_ID)
    fits = _is_ours(signed) if key_file is None else fits_a_key_of(signed, key_file=key_file)
    if not fits:
        key = (
            f"key {KEY_ID} version {signed.claim.key_version}" if key_file is None else f"a key of {key_file}"
        )
        raise refused(
            "signature", expected=f"one over these fields by {key}", got="a changed field, or another key's"
        )
    return signed.claim


def report_key(*, version: int | None = None) -> str:
    """Return the public key of this version, or the latest, in PEM; raises KeyMustExist."""
    return as_pem(registry.get(KeyManagement).public_key(key_id=KEY_ID, version=version))


def _is_ours(signed: SignedClaim) -> bool:
    claim = signed.claim
    try:
        return registry.get(KeyManagement).verify(
            key_id=KEY_ID, signature=signed.named(), message=claim.signed_bytes()
        )
    except (KeyMustExist, CiphertextMustBeIntact):
        name = f"{claim.key} version {claim.key_version} of keeper {claim.keeper}"
        raise refused("key", expected="one that this installation keeps", got=name) from None
