# SPDX-License-Identifier: Apache-2.0
"""Watch an import, and stop it."""

from uuid import UUID

from django.http import HttpResponse

from apps.accounting.adapters.policy_entities import IMPORT_JOURNAL
from apps.accounting.books.desk import Desk, books_page
from apps.accounting.books.pages.imports import KIND, row_errors
from cortex.errors import NotFound
from cortex.jobs.cancel import cancel_job
from cortex.jobs.selectors import job_of


class ImportMustExist(NotFound):
    """No import of this id can be seen."""

    code = "accounting.import_must_exist"


@books_page(GET=IMPORT_JOURNAL)
def import_job(desk: Desk, job_id: UUID) -> HttpResponse:
    """Show how far the import is or what it did; the page asks again every second until it is finished."""
    job = job_of(company_id=desk.company.id, job_id=job_id)
    if job.kind != KIND:
        raise ImportMustExist(
            f"Import {job_id}: expected an import of this company, got none.",
            evidence={"object": "import", "got": str(job_id)},
        )
    template = "_import_job.html" if desk.is_asked_by_htmx else "import_job.html"
    return desk.render(template, {"job": job, **row_errors(job.error or {})})


@books_page(POST=IMPORT_JOURNAL)
def cancel_import(desk: Desk, job_id: UUID) -> HttpResponse:
    """Ask the import to stop; what it did so far is rolled back."""
    cancel_job(company_id=desk.company.id, job_id=job_id)
    return desk.go(desk.url("import-job", job_id=job_id))
