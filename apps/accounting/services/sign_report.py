# SPDX-License-Identifier: Apache-2.0
"""Sign a report that leaves the house."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from apps.accounting.adapters.policy_entities import SIGN_REPORT
from apps.accounting.adapters.report_signature import SignedClaim, made_by
from apps.accounting.domain.errors import ReportKeyMustStay
from apps.accounting.domain.report_claim import ReportClaim, digest_of
from apps.accounting.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports import registry
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.key_management import KeyManagement
from cortex.ports.principal import Principal

KEY_ID = "cortex-signatures"
# A key may be rotated between reading its version and signing under it, but hardly ever twice.
ATTEMPTS_MAX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedReport:
    """A report as it is given out: what it shows, and its bytes."""

    name: str
    company_code: str
    from_date: date | None
    as_of_date: date | None
    format: str
    content: bytes


def sign_report(*, company_id: UUID, report: PrintedReport, signed_by: Principal) -> SignedClaim:
    """Return the signature over exactly these bytes, once its leaf is in the audit log.

    The leaf's object is the id of the claim, its digest that of the signature file's canonical JSON.

    Raises: AccessMustBeGranted, KeyMustExist, VaultMustBeReachable.
    """
    registry.get(Authorizer).require(principal=signed_by, action=SIGN_REPORT, company_id=company_id)
    # Before the transaction: it must not wait for a vault.
    signed = _signed(report)
    _record(company_id=company_id, signed=signed, signed_by=signed_by)
    return signed


def _signed(report: PrintedReport) -> SignedClaim:
    keys = registry.get(KeyManagement)
    for _ in range(ATTEMPTS_MAX):
        key = keys.public_key(key_id=KEY_ID)
        claim = ReportClaim(
            id=uuid7(),
            report=report.name,
            company=report.company_code,
            from_date=_day(report.from_date),
            as_of_date=_day(report.as_of_date),
            format=report.format,
            sha256=digest_of(report.content),
            keeper=key.keeper,
            key=key.key_id,
            key_version=key.version,
            signed_at=registry.get(Clock).now().isoformat(timespec="seconds"),
        )
        made = made_by(keys.sign(key_id=KEY_ID, message=claim.signed_bytes()))
        if (made.keeper, made.key_id, made.version) == (claim.keeper, claim.key, claim.key_version):
            return SignedClaim(claim, made.body)
    raise ReportKeyMustStay(
        f"Key {KEY_ID}: expected to stay for one signature, got another version {ATTEMPTS_MAX} times. "
        "Sign again when its rotation is over.",
        evidence={"object": KEY_ID, "remedy": "sign again when its rotation is over"},
    )


@transactional
def _record(*, company_id: UUID, signed: SignedClaim, signed_by: Principal) -> None:
    record_verb(
        company_id=company_id,
        actor=signed_by,
        verb=SIGN_REPORT,
        object_type="report",
        object_id=signed.claim.id,
        content=signed.fields(),
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
