# SPDX-License-Identifier: Apache-2.0
"""Companies as the nightly comparison with their leaves reads them: leaves of the platform about them."""

from collections.abc import Sequence
from uuid import UUID

from cortex.database.logged_rows import StoredRows
from cortex.ports.logged_objects import LoggedObject, LoggedObjects, logged_objects
from cortex.tenancy.companies import COMPANY, all_company_ids, company_digest
from cortex.tenancy.models import Company
from cortex.tenancy.scope import scope


class LoggedCompanies(StoredRows):
    """Every company, though a company's row is shown in its own scope alone."""

    def __init__(self) -> None:
        super().__init__(rows=Company.objects.all, digest=company_digest, is_companys=None)

    def after(self, *, company_id: UUID | None, after: UUID | None, limit: int) -> list[LoggedObject]:
        """Return the companies behind that id, in the order of their ids."""
        with scope(all_company_ids()):
            return super().after(company_id=company_id, after=after, limit=limit)

    def of_objects(self, *, company_id: UUID | None, object_ids: Sequence[UUID]) -> list[LoggedObject]:
        """Return those of the companies that are there."""
        with scope(all_company_ids()):
            return super().of_objects(company_id=company_id, object_ids=object_ids)


def declare_logged() -> None:
    """Register them."""
    logged_objects(LoggedObjects(object_type=COMPANY, is_platforms=True, rows=LoggedCompanies()))
