# SPDX-License-Identifier: Apache-2.0
"""How the log stands, for the contexts that show it to the watchers of a company."""

from uuid import UUID

from apps.audit.domain.standing import LogStanding
from apps.audit.services.tell_standing import tell_standing_of_company
from cortex.ports.principal import Principal


class StoredLogStandings:
    """Tells other contexts how the log stands."""

    def of_company(self, *, company_id: UUID, reader: Principal) -> LogStanding:
        """Return the log with the comparison of one company's books; raises AccessMustBeGranted."""
        return tell_standing_of_company(company_id=company_id, reader=reader)
