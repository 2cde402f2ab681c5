# SPDX-License-Identifier: Apache-2.0
"""Import of a journal from CSV: rehearsed at once, or done by a job."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounting.adapters.import_summary_json import import_summary_json
from apps.accounting.adapters.policy_entities import IMPORT_JOURNAL
from apps.accounting.api.serializers.imports import ImportSummarySerializer, JournalToImportSerializer
from apps.accounting.services.import_journal import import_journal
from cortex.api.parsers import UploadParser
from cortex.api.views.company import CompanyView
from cortex.api.views.jobs import JobSerializer, represented
from cortex.jobs.enqueue import enqueue
from cortex.jobs.selectors import job_of
from cortex.policy.declarations import policy_action

JOB_KIND = "accounting.import_journal"


@policy_action(POST=IMPORT_JOURNAL)
class JournalImportsView(CompanyView):
    """The uploads."""

    parser_classes = (UploadParser,)
    requires_idempotency_key = True

    @extend_schema(
        operation_id="journal_imports_create",
        request={"multipart/form-data": JournalToImportSerializer},
        responses={200: ImportSummarySerializer, 202: JobSerializer},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Import a journal: everything is posted, or nothing is.

        `journal` has the columns `reference,accounting_date,party,narration,account,debit,credit,currency`:
        rows of one reference are one entry. `accounts` has `code,name,type`. A reference that was imported
        before with the same content adds nothing. With `dry_run` the answer is the summary or the bad rows;
        without, it is 202 and the job to follow.
        """
        body = self.read_body(JournalToImportSerializer)
        files = {name: body[name] for name in ("accounts", "journal") if name in body}
        if body["dry_run"]:
            return self._rehearse(may_create=body["may_create"], files=files)
        job_id = enqueue(
            kind=JOB_KIND,
            company_id=self.company.id,
            principal=self.principal,
            input={"may_create": body["may_create"]},
            files={name: (upload.name, upload.read()) for name, upload in files.items()},
        )
        job = job_of(company_id=self.company.id, job_id=job_id)
        location = reverse("job", kwargs={"job_id": job_id})
        return Response(represented(job), status=202, headers={"Location": location})

    def _rehearse(self, *, may_create: bool, files: dict[str, Any]) -> Response:
        summary = import_journal(
            company_id=self.company.id,
            accounts=files["accounts"].read() if "accounts" in files else None,
            journal=files["journal"].read(),
            imported_by=self.principal,
            may_create=may_create,
            is_dry_run=True,
        )
        return Response(import_summary_json(summary))
