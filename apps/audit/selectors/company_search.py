# SPDX-License-Identifier: Apache-2.0
"""The search of a company's log, for the contexts that show it."""

from uuid import UUID

from apps.audit.domain.found_leaves import FoundLeaf, LeafFilters, LeafPlace
from apps.audit.selectors.search import leaves_of_company
from cortex.ports.principal import Principal


class CompanyLogSearch:
    """Finds leaves of one company for whoever may read its log."""

    def leaves(
        self,
        *,
        company_id: UUID,
        reader: Principal,
        filters: LeafFilters,
        after: LeafPlace | None = None,
        limit: int,
    ) -> list[FoundLeaf]:
        """Return the newest leaves behind a place that the reader may see, of a company in scope."""
        return leaves_of_company(
            company_id=company_id, reader=reader, filters=filters, after=after, limit=limit
        )
