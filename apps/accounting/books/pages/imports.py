# SPDX-License-Identifier: Apache-2.0
"""Import a journal: files, preview, confirmation, and the job that does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from typing import Any, cast
from uuid import UUID

from django.core import signing
from django.http import HttpResponse

from apps.accounting.adapters.csv_table import CsvTable
from apps.accounting.adapters.journal_csv import COLUMNS
from apps.accounting.adapters.policy_entities import IMPORT_JOURNAL
from apps.accounting.books.desk import Desk, books_page
from apps.accounting.books.forms.import_files import ImportFilesForm
from apps.accounting.books.post_once import post_once
from apps.accounting.domain.journal_import import ImportSummary
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.services.import_journal import import_journal
from cortex.errors import CortexError, Malformed
from cortex.jobs.enqueue import enqueue
from cortex.ports import registry
from cortex.ports.storage import Storage

KIND = "accounting.import_journal"
ROWS_SHOWN = 12
PREVIEW_SECONDS_MAX = 60 * 60
_SALT = "accounting.books.import"


class PreviewMustBeOurs(Malformed):
    """A confirmation that belongs to no preview of this person and company, or to one that is too old."""

    code = "accounting.import_preview_must_be_ours"


@dataclass(frozen=True, slots=True)
class _Upload:
    """The files as bytes; `accounts` is None where none was sent."""

    journal: bytes
    accounts: bytes | None
    may_create: bool


@books_page(GET=IMPORT_JOURNAL, POST=IMPORT_JOURNAL)
def import_files(desk: Desk) -> HttpResponse:
    """Take the files and show what they would do; nothing is posted before it is confirmed."""
    get_ledger(company_id=desk.company.id)
    if desk.request.method != "POST":
        return desk.render("import_files.html", {"form": ImportFilesForm()})
    form = ImportFilesForm(desk.request.POST, desk.request.FILES)
    if not form.is_valid():
        return desk.render("import_files.html", {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    upload = _read(form)
    try:
        summary = _rehearsed(desk, upload)
    except CortexError as error:
        context = {"form": ImportFilesForm(initial=form.cleaned_data), "refusal": error, **row_errors(error)}
        return desk.render("import_files.html", context, status=error.status)
    return _preview(desk, upload, summary)


@books_page(POST=IMPORT_JOURNAL)
def confirm_import(desk: Desk) -> HttpResponse:
    """Start the import of the files that were looked at; pressed twice, it is one job."""
    preview = _confirmed(desk)
    files = {name: UUID(file_id) for name, file_id in preview["files"].items()}
    job_id = post_once(
        key=f"import:{files['journal']}",
        form=preview,
        principal=desk.principal,
        company_id=desk.company.id,
        work=lambda: enqueue(
            kind=KIND,
            company_id=desk.company.id,
            principal=desk.principal,
            input={"may_create": preview["may_create"]},
            stored_files=files,
        ),
    )
    return desk.go(desk.url("import-job", job_id=cast("UUID", job_id)))


def row_errors(error: CortexError | Mapping[str, Any]) -> dict[str, Any]:
    """Return the bad rows that a refusal, or the problem of a failed job, carries."""
    evidence = error.evidence if isinstance(error, CortexError) else error.get("evidence", {})
    return {"rows": evidence.get("rows", []), "remedy": evidence.get("remedy", "")}


def _read(form: ImportFilesForm) -> _Upload:
    accounts = form.cleaned_data["accounts"]
    return _Upload(
        journal=form.cleaned_data["journal"].read(),
        accounts=accounts.read() if accounts else None,
        may_create=form.cleaned_data["may_create"],
    )


def _rehearsed(desk: Desk, upload: _Upload) -> ImportSummary:
    return import_journal(
        company_id=desk.company.id,
        accounts=upload.accounts,
        journal=upload.journal,
        imported_by=desk.principal,
        may_create=upload.may_create,
        is_dry_run=True,
    )


def _preview(desk: Desk, upload: _Upload, summary: ImportSummary) -> HttpResponse:
    table = CsvTable(content=upload.journal, file="journal", columns=COLUMNS)
    context = {
        "summary": summary,
        "columns": COLUMNS,
        "rows": [list(cells.values()) for _, cells in islice(table.rows(), ROWS_SHOWN)],
        "preview": _signed(desk, upload) if summary.entries_posted else None,
    }
    return desk.render("import_preview.html", context)


def _signed(desk: Desk, upload: _Upload) -> str:
    """Store the files once and return a word that only this person's confirmation in this company fits."""
    storage = registry.get(Storage)
    contents = {"journal": upload.journal, "accounts": upload.accounts}
    files = {
        name: str(storage.put(company_id=desk.company.id, name=f"{name}.csv", content=content).id)
        for name, content in contents.items()
        if content is not None
    }
    preview = {
        "files": files,
        "may_create": upload.may_create,
        "company": str(desk.company.id),
        "principal": desk.principal.urn,
    }
    return signing.dumps(preview, salt=_SALT)


def _confirmed(desk: Desk) -> dict[str, Any]:
    try:
        preview: dict[str, Any] = signing.loads(
            desk.request.POST.get("preview", ""), salt=_SALT, max_age=PREVIEW_SECONDS_MAX
        )
    except signing.BadSignature as error:
        raise _not_ours() from error
    if (preview["company"], preview["principal"]) != (str(desk.company.id), desk.principal.urn):
        raise _not_ours()
    return preview


def _not_ours() -> PreviewMustBeOurs:
    return PreviewMustBeOurs(
        "Import: expected the confirmation of a preview made by you, here, within the last hour. "
        "Choose the files again.",
        evidence={"object": "import preview", "remedy": "choose the files again"},
    )
