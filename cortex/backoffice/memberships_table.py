# SPDX-License-Identifier: Apache-2.0
"""The companies in which somebody may act, as a table inside a page."""

from uuid import UUID

from django.utils.safestring import SafeString

from cortex.backoffice.tables import Cell, Table, written
from cortex.identity.memberships import memberships_of


def memberships_table(caption: str, *, user_id: UUID | None) -> SafeString:
    """Return the table; nobody belongs nowhere."""
    rows = [
        [Cell(each.company_code), Cell(each.company_name), Cell(each.roles_in_words)]
        for each in (memberships_of(user_id=user_id) if user_id else [])
    ]
    return written(Table(caption, ["Code", "Company", "Roles"], rows, nothing="Nowhere."))
