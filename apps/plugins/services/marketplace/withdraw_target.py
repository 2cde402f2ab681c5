# SPDX-License-Identifier: Apache-2.0
"""Take a bundle out of the repository, for a reason: whoever has it is told at their next refresh."""

from collections.abc import Sequence

from apps.plugins.adapters.repository.digests import target_digest
from apps.plugins.domain.marketplace.errors import TargetMustExist
from apps.plugins.domain.marketplace.policy_names import REVOKE_DELEGATION, TARGET_TYPE, WITHDRAW_TARGET
from apps.plugins.models import RepositoryTarget
from apps.plugins.services.marketplace.publish_metadata import Publication, begin_publication, record_signed
from apps.plugins.services.marketplace.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def withdraw_target(
    *, plugin_id: str, version: str, channel: str, reason: str, withdrawn_by: Principal
) -> RepositoryTarget:
    """List the version no more. It never comes back: its path stays taken.

    Raises: AccessMustBeGranted, TargetMustExist, MarketplaceSignerMustAnswer, MarketplaceSignerMustAccept.
    """
    get(Authorizer).require(principal=withdrawn_by, action=WITHDRAW_TARGET, company_id=None)
    publication = begin_publication(actor=withdrawn_by)
    row = RepositoryTarget.objects.filter(
        plugin_id=plugin_id, version=version, channel=channel, withdrawn_at=None
    ).first()
    if row is None:
        raise _no_target(f"{plugin_id[:100]} {version[:64]} ({channel[:60]})")
    _withdraw(row, reason, publication, verb=WITHDRAW_TARGET)
    publication.publish(listings=[row.role])
    record_signed(publication)
    return row


@transactional
def revoke_delegation(*, publisher: str, reason: str, revoked_by: Principal) -> Sequence[RepositoryTarget]:
    """List nothing of this publisher any more, in no channel, and delegate to it no more.

    Raises: as withdraw_target; nothing happens where it never published.
    """
    get(Authorizer).require(principal=revoked_by, action=REVOKE_DELEGATION, company_id=None)
    publication = begin_publication(actor=revoked_by)
    rows = list(RepositoryTarget.objects.filter(publisher=publisher))
    roles = {row.role for row in rows} | ({publisher} & publication.delegated)
    withdrawn = [row for row in rows if row.withdrawn_at is None]
    for row in withdrawn:
        _withdraw(row, reason, publication, verb=REVOKE_DELEGATION)
    if roles:
        listings = roles & set(publication.newest)
        publication.publish(listings=listings, delegated=publication.delegated - roles)
        record_signed(publication)
    return withdrawn


def _withdraw(row: RepositoryTarget, reason: str, publication: Publication, *, verb: str) -> None:
    before = target_digest(row)
    row.withdrawn_by, row.withdrawn_at = publication.actor.urn, publication.now
    row.withdrawn_reason = reason[:500] or "withdrawn"
    row.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    record_verb(
        actor=publication.actor,
        verb=verb,
        object_type=TARGET_TYPE,
        object_id=row.id,
        digest=target_digest(row),
        before=before,
    )


def _no_target(name: str) -> TargetMustExist:
    return TargetMustExist(
        f"Target {name}: expected one that is published, got none.",
        evidence={"object": name, "expected": "published"},
    )
