# SPDX-License-Identifier: Apache-2.0
"""Packs wait for a second person as every proposal does; agreeing to one puts it in force."""

from collections.abc import Iterable
from uuid import UUID

from apps.audit.adapters.compliance.pack_objects import pack_as_resource
from apps.audit.adapters.policy_entities import APPROVE_PACK
from apps.audit.domain.compliance.errors import (
    PackMustBeNewer,
    PackMustBeWaiting,
    SecondPersonMustAgreeToPack,
)
from apps.audit.domain.compliance.pack_keys import PackKeys, signer_of
from apps.audit.models import CompliancePack
from apps.audit.selectors.compliance.packs import found_pack, locked_versions
from apps.audit.services.compliance.object_types import PACK_TYPE
from apps.audit.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ports.approvals import Content, Description, Performed, approval_kind
from cortex.ports.authorizer import Authorizer, consent_to
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal, person_behind
from cortex.ports.registry import get

PACK_KIND = APPROVE_PACK


def register_pack_kind() -> None:
    """Register the kind of proposal."""
    approval_kind(
        PACK_KIND,
        title="A compliance pack",
        action=APPROVE_PACK,
        perform=_perform,
        describe=_describe,
    )


@transactional
def _perform(company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
    """Put the pack in force for whoever gave the consent; the proposer's own only rehearses it."""
    named = found_pack(pack_id=UUID(content["pack_id"]))
    versions = {each.id: each for each in locked_versions(name=named.name)}
    row = versions.pop(named.id)
    if row.state != CompliancePack.State.WAITING:
        raise PackMustBeWaiting(
            f"Pack {row}: expected one that waits, got one that is {row.state}. Bring a newer version in.",
            evidence={"object": f"pack {row}", "expected": "waiting", "got": row.state},
        )
    consent = consent_to(action=APPROVE_PACK, company_id=company_id)
    if consent is not None and consent.given_by.urn != proposer.urn:
        _require_newest(row, versions.values())
        _approve(row, consent.given_by)
    return Performed(PACK_TYPE, row.id)


def _approve(row: CompliancePack, second: Principal) -> None:
    _require_second_person(row, second)
    # Its key may have been withdrawn since it was brought in.
    signer_of(pack=row.pack, note=row.note, keys=get(PackKeys).trusted())
    get(Authorizer).require(
        principal=second, action=APPROVE_PACK, company_id=None, resource=pack_as_resource(row)
    )
    former = CompliancePack.objects.filter(name=row.name, state=CompliancePack.State.IN_FORCE)
    former.update(state=CompliancePack.State.REPLACED)
    row.state = CompliancePack.State.IN_FORCE
    row.approved_by, row.approved_at = second.urn, get(Clock).now()
    row.save(update_fields=["state", "approved_by", "approved_at"])
    record_verb(
        company_id=None,
        verb=APPROVE_PACK,
        object_type=PACK_TYPE,
        object_id=row.id,
        digest=row.digest,
        # Of the stored text, not of the digest beside it.
        before=row.pack.digest,
        actor=second,
    )


def _require_newest(row: CompliancePack, others: Iterable[CompliancePack]) -> None:
    """Refuse a version that was overtaken while it waited."""
    counted = [each for each in others if each.state != CompliancePack.State.WAITING]
    newest = max(counted, key=lambda each: each.pack.order, default=None)
    if newest is not None and row.pack.order <= newest.pack.order:
        raise PackMustBeNewer(
            f"Pack {row}: expected a version newer than {newest.version}, which was approved meanwhile. "
            "Bring a newer version in.",
            evidence={
                "object": f"pack {row}",
                "expected": f"newer than {newest.version}",
                "got": row.version,
                "remedy": "bring a newer version in",
            },
        )


def _require_second_person(row: CompliancePack, second: Principal) -> None:
    if second.kind != "user" or person_behind(row.author) == second.id:
        raise SecondPersonMustAgreeToPack(
            f"Pack {row}: expected a person who did not bring it in, got {second.urn}. Ask a colleague.",
            evidence={"object": f"pack {row}", "expected": "another person", "got": second.urn},
        )


def _describe(company_id: UUID | None, content: Content) -> Description:
    row = found_pack(pack_id=UUID(content["pack_id"]))
    pack = row.pack
    return Description(
        title=f"Compliance pack {row}",
        lines=[
            f"Framework: {pack.framework.title} ({pack.framework.publisher})",
            f"Signed by {row.signer}, brought in by {row.author}",
            f"SHA-256 of the canonical pack: {row.digest}",
            f"{len(pack.controls)} controls, {len(pack.checks)} checks, {len(pack.procedures)} procedures",
            *_changes(row),
        ],
        object_type=PACK_TYPE,
        object_id=row.id,
    )


def _changes(row: CompliancePack) -> list[str]:
    """Return what is other than in the version in force: an upgrade must not take checks away unseen."""
    former = CompliancePack.objects.filter(name=row.name, state=CompliancePack.State.IN_FORCE).first()
    if former is None:
        return ["No version of it is in force."]
    now, then = row.pack, former.pack
    lines = [f"Replaces {former}"]
    for word, one, other in (("Adds", now, then), ("Takes away", then, now)):
        gone = sorted({each.id for each in one.checks} - {each.id for each in other.checks})
        lines += [f"{word} checks: {', '.join(gone)[:400]}"] if gone else []
    before = {each.id: each for each in then.checks}
    changed = sorted(each.id for each in now.checks if before.get(each.id, each) != each)
    return lines + ([f"Changes checks: {', '.join(changed)[:400]}"] if changed else [])
