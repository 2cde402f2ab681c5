# SPDX-License-Identifier: Apache-2.0
"""Sign again what comes to its end: whoever holds others back can do so for as long as a timestamp holds."""

from apps.plugins.adapters.repository.forms import is_due, is_listing, read_signed
from apps.plugins.domain.marketplace.names import ROOT, SNAPSHOT, TARGETS, TIMESTAMP
from apps.plugins.domain.marketplace.policy_names import RENEW_METADATA
from apps.plugins.selectors.repository import newest_versions
from apps.plugins.services.marketplace.publish_metadata import begin_publication, record_signed
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def renew_metadata(*, renewed_by: Principal) -> list[str]:
    """Return the roles that came near their end and were signed anew; nothing where nothing is published.

    Raises: AccessMustBeGranted, MarketplaceSignerMustAnswer, MarketplaceSignerMustAccept.
    """
    get(Authorizer).require(principal=renewed_by, action=RENEW_METADATA, company_id=None)
    if ROOT not in newest_versions():
        return []
    publication = begin_publication(actor=renewed_by)
    due = sorted(
        role
        for role, row in publication.newest.items()
        if role != ROOT and is_due(role, read_signed(bytes(row.content)), now=publication.now)
    )
    listings = [role for role in due if is_listing(role)]
    if listings or TARGETS in due:
        delegated = publication.delegated if TARGETS in due else None
        publication.publish(listings=listings, delegated=delegated)
        record_signed(publication)
    elif SNAPSHOT in due or TIMESTAMP in due:
        publication.renew(SNAPSHOT if SNAPSHOT in due else TIMESTAMP)
    return due
