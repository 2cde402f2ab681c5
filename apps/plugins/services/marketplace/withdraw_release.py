# SPDX-License-Identifier: Apache-2.0
"""Withdraw a release: yanked it is offered no more, revoked it must not run any more."""

from django.db import transaction

from apps.plugins.adapters.market_actions import WITHDRAW
from apps.plugins.adapters.marketplace_objects import submission_as_resource
from apps.plugins.domain.marketplace.publishing_errors import ReleaseMustStand
from apps.plugins.domain.marketplace.reason import read_reason
from apps.plugins.models import Release
from apps.plugins.selectors.marketplace.catalogue import found_release
from apps.plugins.selectors.marketplace.documents import RELEASE_TYPE, release_digest
from apps.plugins.services.marketplace.record_verb import record_verb
from apps.plugins.services.marketplace.release_submission import send
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

Standing = Release.Standing


@transactional
def withdraw_release(
    *, plugin_id: str, version: str, reason: str, is_revoked: bool, withdrawn_by: Principal
) -> Release:
    """Withdraw the release with a reason that everybody reads, and return it; a yanked one may be revoked.

    Raises: ReleaseMustExist, ReleaseMustStand, ReasonMustBeGiven, AccessMustBeGranted.
    """
    row = found_release(plugin_id=plugin_id, version=version, for_update=True)
    get(Authorizer).require(
        principal=withdrawn_by,
        action=WITHDRAW,
        company_id=None,
        resource=submission_as_resource(row.submission),
    )
    wanted = Standing.REVOKED if is_revoked else Standing.YANKED
    if row.standing == Standing.REVOKED or row.standing == wanted:
        raise ReleaseMustStand(
            f"Release {row}: expected one that stands, got one that is {row.standing}.",
            evidence={"object": str(row), "expected": "released", "got": row.standing},
        )
    before = release_digest(row)
    row.withdrawn_reason = read_reason(reason, of=f"the withdrawal of {row}")
    row.standing, row.withdrawn_by, row.withdrawn_at = wanted, withdrawn_by.urn, get(Clock).now()
    row.save(update_fields=["withdrawn_reason", "standing", "withdrawn_by", "withdrawn_at"])
    record_verb(
        actor=withdrawn_by,
        verb=WITHDRAW,
        object_type=RELEASE_TYPE,
        object_id=row.id,
        digest=release_digest(row),
        before=before,
    )
    transaction.on_commit(send)
    return row
