# SPDX-License-Identifier: Apache-2.0
"""How the audit log stands, for the watchers of a company."""

from django.http import HttpResponse

from apps.accounting.books.desk import Desk, books_page
from apps.accounting.selectors.visibility import sees_whole_books
from apps.audit.published import READ, LogStandings
from cortex.ports.registry import get


@books_page(GET=READ)
def log_state(desk: Desk) -> HttpResponse:
    """Show tree, checkpoint, witnesses, integrator and the last comparison, each judged in words."""
    standing = get(LogStandings).of_company(company_id=desk.company.id, reader=desk.principal)
    own = standing.comparisons[0] if standing.comparisons else None
    # Differences tell what stands in entries: they are for those from whom policies hide none.
    sees_all = sees_whole_books(reader=desk.principal, company_id=desk.company.id)
    context = {"standing": standing, "own": own, "differences": own.differences if own and sees_all else ()}
    return desk.render("log_state.html", context)
