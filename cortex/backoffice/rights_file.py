# SPDX-License-Identifier: Apache-2.0
"""Who can do what as CSV, and the leaves that pages and file leave: they name the members of a company."""

import csv
import hashlib
import io
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse

from cortex.identity.principals import principal_of
from cortex.policy.looks import LIST, LOOKED_AT, Look, note_look
from cortex.policy.rights import RightsToAct
from cortex.tenancy.models import Company

EXPORTED = "backoffice.rights.exported"


def note_rights(request: HttpRequest, company: Company | None) -> None:
    """Let the page leave a leaf where it names members; roles are nobody."""
    if company is not None:
        note_look(_look(request, company, verb=LOOKED_AT))


def rights_file(
    request: HttpRequest, holders: Sequence[str], rows: Sequence[RightsToAct], *, company: Company | None
) -> HttpResponse:
    """Return the table as CSV; names and codes begin with a letter or digit, so no cell is a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["action", "title", "scope", *holders])
    for row in rows:
        words = [right.word for right in row.rights]
        writer.writerow([row.action.code, row.action.title, row.action.scope, *words])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    name = company.code if company else "roles"
    answer["Content-Disposition"] = f'attachment; filename="who-can-do-what-{name}.csv"'
    note_look(_look(request, company, verb=EXPORTED, digest=hashlib.sha256(answer.content).hexdigest()))
    return answer


def _look(request: HttpRequest, company: Company | None, *, verb: str, digest: str | None = None) -> Look:
    """Return the look; the company stands for an object without an id."""
    return Look(
        principal=principal_of(request),
        verb=verb,
        company_id=company.id if company else None,
        object_type="policy.rights",
        object_id=company.id if company else LIST,
        digest=digest,
    )
