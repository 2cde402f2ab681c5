# SPDX-License-Identifier: Apache-2.0
"""The chart of accounts as a tree, with balances."""

from django.http import HttpResponse

from apps.accounting.adapters.policy_entities import READ
from apps.accounting.books.desk import Desk, books_page
from apps.accounting.selectors.chart import chart_with_balances
from apps.accounting.selectors.ledger import get_ledger


@books_page(GET=READ)
def accounts(desk: Desk) -> HttpResponse:
    """Show every account below its parent."""
    get_ledger(company_id=desk.company.id)
    chart = chart_with_balances(company_id=desk.company.id, reader=desk.principal)
    return desk.render("accounts.html", {"chart": chart, "is_tree": any(row.has_children for row in chart)})
