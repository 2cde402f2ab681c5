# SPDX-License-Identifier: Apache-2.0
"""The audit log of the company: searched, paged, taken away as a table, and proved leaf by leaf."""

import csv
from io import BytesIO
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse

from apps.accounting.adapters.exported_tables import AUDIT_LOG, note_table
from apps.accounting.books.desk import Desk, books_page
from apps.accounting.books.earlier_size import read_earlier_size
from apps.accounting.books.forms.log_filters import LogFiltersForm
from apps.accounting.books.positions import leaf_word, read_leaf_word
from apps.accounting.domain.errors import LeavesMustFitTheTable
from apps.audit.published import EXPORT, READ, FoundLeaf, LeafEvidence, LeafFilters, LogSearch
from cortex.api.zip_files import zip_response
from cortex.identity.actor_names import names_of_actors
from cortex.ports.registry import get

PAGE_SIZE, TABLE_ROWS_MAX = 50, 10_000
_COLUMNS = (
    "recorded_at",
    "actor",
    "verb",
    "object_type",
    "object_id",
    "digest_before",
    "digest",
    "leaf_hash",
    "leaf_index",
)


@books_page(GET=READ)
def audit_log(desk: Desk) -> HttpResponse:
    """Show a page of leaves, the newest first."""
    form, query = LogFiltersForm(desk.request.GET), desk.request.GET
    found: list[FoundLeaf] = []
    if form.is_valid():
        after = read_leaf_word(query.get("after"))
        found = get(LogSearch).leaves(
            company_id=desk.company.id,
            reader=desk.principal,
            filters=form.filters(),
            after=after,
            limit=PAGE_SIZE + 1,
        )
    leaves, filters_query = found[:PAGE_SIZE], _filters_query(desk)
    next_place = leaf_word(leaves[-1].place) if len(found) > PAGE_SIZE else None
    context = {
        "form": form,
        "leaves": leaves,
        "actors": names_of_actors(urns=[leaf.actor for leaf in leaves]),
        "filters_query": filters_query,
        "next_url": next_place and f"?{urlencode({**_given(desk), 'after': next_place})}",
        "is_first_page": not query.get("after"),
        "is_filtered": bool(filters_query),
        "table_rows_max": TABLE_ROWS_MAX,
        "may_export": desk.may(EXPORT),
    }
    return desk.render("audit_log.html", context, status=200 if form.is_valid() else 422)


@books_page(GET=EXPORT)
def audit_log_file(desk: Desk) -> HttpResponse:
    """Send what fits as CSV, whole or not at all: a table that ends early would look complete."""
    form = LogFiltersForm(desk.request.GET)
    if not form.is_valid():
        return desk.render("audit_log.html", {"form": form, "is_first_page": True}, status=422)
    leaves = _all(desk, form.filters())
    name = f"audit-log-{desk.company.code}.csv"
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
    writer = csv.writer(response, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(leaf, column) for column in _COLUMNS] for leaf in leaves)
    note_table(
        principal=desk.principal, company_id=desk.company.id, table=AUDIT_LOG, content=response.content
    )
    return response


@books_page(GET=READ)
def leaf_proof(desk: Desk, leaf_id: UUID) -> HttpResponse:
    """Send the archive that proves a leaf offline, and with `since` that the log grew out of that tree."""
    archive = BytesIO()
    get(LeafEvidence).write(
        company_id=desk.company.id,
        leaf_id=leaf_id,
        out=archive,
        taken_by=desk.principal,
        earlier_size=read_earlier_size(desk.request.GET.get("since")),
    )
    return zip_response(archive, name=f"proof-{leaf_id}.zip")


def _all(desk: Desk, filters: LeafFilters) -> list[FoundLeaf]:
    leaves = get(LogSearch).leaves(
        company_id=desk.company.id, reader=desk.principal, filters=filters, limit=TABLE_ROWS_MAX + 1
    )
    if len(leaves) > TABLE_ROWS_MAX:
        raise LeavesMustFitTheTable(
            f"Audit log of {desk.company.code} as a table: expected at most {TABLE_ROWS_MAX:,} leaves, "
            "got more. Narrow the days.",
            evidence={"object": "table", "expected": TABLE_ROWS_MAX, "remedy": "narrow the days"},
        )
    return leaves


def _cell(leaf: FoundLeaf, column: str) -> str:
    if column == "recorded_at":
        return leaf.recorded_at.isoformat()
    value = getattr(leaf, column)
    return "" if value is None else str(value)


def _given(desk: Desk) -> dict[str, str]:
    given = {name: desk.request.GET.get(name, "") for name in LogFiltersForm.base_fields}
    return {name: value for name, value in given.items() if value}


def _filters_query(desk: Desk) -> str:
    query = urlencode(_given(desk))
    return f"?{query}" if query else ""
