# SPDX-License-Identifier: Apache-2.0
"""Journal entries: list, post one or many, read, reverse; posted entries never change."""

from dataclasses import asdict
from datetime import date
from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from apps.accounting.adapters.policy_entities import POST_ENTRY, READ, REVERSE_ENTRY
from apps.accounting.api.entry_drafts import entry_draft
from apps.accounting.api.representations import entry_json
from apps.accounting.api.serializers.entries import (
    AuditLeavesSerializer,
    BatchToPostSerializer,
    JournalEntryPageSerializer,
    JournalEntrySerializer,
    JournalEntryToPostSerializer,
    PostedBatchSerializer,
    ReversalToPostSerializer,
)
from apps.accounting.api.serializers.queries import EntryQuery, ProofQuery
from apps.accounting.selectors.journal_entries import EntryFilters, EntryPosition, list_journal_entries
from apps.accounting.selectors.journal_entry import EntryView, get_journal_entry
from apps.accounting.selectors.ledger import get_ledger
from apps.accounting.selectors.whole_entry import get_whole_entry
from apps.accounting.services.post_journal_entries import PostedEntry
from apps.accounting.services.post_or_propose_entries import post_or_propose_entries
from apps.accounting.services.reverse_or_propose import reverse_or_propose
from apps.audit.published import DocumentEvidence
from cortex.api.pages import page_of, page_request
from cortex.api.queries import read_query
from cortex.api.views.approval_bodies import ProposalSerializer
from cortex.api.views.approvals import waiting_response
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.api.zip_files import ZIP, zip_response
from cortex.policy.declarations import policy_action
from cortex.ports.approvals import ProposalRef
from cortex.ports.audit_log import AuditLog
from cortex.ports.registry import get

_ENTRY = {
    "accounting_date": "2026-03-31",
    "narration": "Rent for March",
    "reference": "RENT-2026-03",
    "lines": [
        {"account": "Expenses:Rent", "debit": "950.00", "party": "Hoogle Estates"},
        {"account": "Assets:Bank:Giro", "credit": "950.00"},
    ],
}
_ONE = OpenApiExample("Rent", value={"journal": "GENERAL", **_ENTRY}, request_only=True)
_MANY = OpenApiExample("Rent", value={"journal": "GENERAL", "entries": [_ENTRY]}, request_only=True)
_REVERSAL = OpenApiExample(
    "Next day", value={"accounting_date": "2026-04-01", "narration": "Posted twice"}, request_only=True
)


@policy_action(GET=READ, POST=POST_ENTRY)
class JournalEntriesView(CompanyView):
    """The entries."""

    methods_with_query = READING
    requires_idempotency_key = True

    @extend_schema(
        operation_id="journal_entries_list", parameters=[EntryQuery], responses=JournalEntryPageSerializer
    )
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List posted entries with their lines, newest first."""
        query = read_query(request, EntryQuery)
        wanted = page_request(request=request, width=2)
        filters = EntryFilters(
            journal_code=query.get("journal"),
            from_date=query.get("from"),
            to_date=query.get("to"),
            reference=query.get("reference"),
        )
        page = list_journal_entries(
            company_id=self.company.id,
            filters=filters,
            reader=self.principal,
            after=_position(wanted.after) if wanted.after else None,
            limit=wanted.limit + 1,
        )
        answer = page_of(
            page.entries, request=wanted, position=lambda entry: (entry.accounting_date, entry.id)
        )
        return Response(answer.body(entry_json))

    @extend_schema(
        operation_id="journal_entries_post",
        request=JournalEntryToPostSerializer,
        responses={200: JournalEntrySerializer, 201: JournalEntrySerializer, 202: ProposalSerializer},
        examples=[_ONE],
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Post an entry: 201, or 200 where its reference stood there before with the same content.

        Above the caller's limit it is 202: the entry waits for a second person, where `Location` says.
        """
        body = self.read_body(JournalEntryToPostSerializer)
        currency = get_ledger(company_id=self.company.id).base_currency
        posted = post_or_propose_entries(
            company_id=self.company.id,
            drafts=[entry_draft(body=body, base_currency=currency)],
            posted_by=self.principal,
            journal_code=body["journal"],
        )
        if isinstance(posted, ProposalRef):
            return waiting_response(self, posted)
        return _posted_response(self, posted[0])


@policy_action(POST=POST_ENTRY)
class JournalEntriesBatchView(CompanyView):
    """The verb."""

    requires_idempotency_key = True

    @extend_schema(
        operation_id="journal_entries_post_batch",
        request=BatchToPostSerializer,
        responses={201: PostedBatchSerializer, 202: ProposalSerializer},
        examples=[_MANY],
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Post up to 1,000 entries of one journal in their order: all of them, or none.

        With one above the caller's limit it is 202: all of them wait for a second person, as one proposal.
        """
        body = self.read_body(BatchToPostSerializer)
        currency = get_ledger(company_id=self.company.id).base_currency
        posted = post_or_propose_entries(
            company_id=self.company.id,
            drafts=[entry_draft(body=entry, base_currency=currency) for entry in body["entries"]],
            posted_by=self.principal,
            journal_code=body["journal"],
        )
        if isinstance(posted, ProposalRef):
            return waiting_response(self, posted)
        return Response({"items": [_posted_json(entry) for entry in posted]}, status=201)


@policy_action(GET=READ)
class JournalEntryView(CompanyView):
    """One entry."""

    @extend_schema(operation_id="journal_entries_read", responses=JournalEntrySerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """Read an entry with its lines and the links to its reversal."""
        return Response(entry_json(_entry(self)))


@policy_action(POST=REVERSE_ENTRY)
class JournalEntryReverseView(CompanyView):
    """The verb."""

    requires_idempotency_key = True

    @extend_schema(
        operation_id="journal_entries_reverse",
        request=ReversalToPostSerializer,
        responses={201: JournalEntrySerializer, 202: ProposalSerializer},
        examples=[_REVERSAL],
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Post the entry that undoes this one; both show the link."""
        posted = reverse_or_propose(
            company_id=self.company.id,
            entry_id=kwargs["entry_id"],
            reversed_by=self.principal,
            **self.read_body(ReversalToPostSerializer),
        )
        if isinstance(posted, ProposalRef):
            return waiting_response(self, posted)
        return _posted_response(self, posted)


@policy_action(GET=READ)
class JournalEntryLeavesView(CompanyView):
    """The audit trail of one entry: part of it for whoever may read the books.

    A leaf holds opaque ids and digests only. `audit.log.read` is the right to the whole log.
    """

    @extend_schema(operation_id="journal_entries_audit_leaves", responses=AuditLeavesSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the audit leaves of an entry, oldest first: the exact text of each, and its hash."""
        entry = _entry(self)
        leaves = get(AuditLog).leaves_of(company_id=self.company.id, object_id=entry.id)
        return Response({"items": [asdict(leaf) for leaf in leaves]})


@policy_action(GET=READ)
class JournalEntryProofView(CompanyView):
    """What proves one entry to somebody who trusts nobody: part of it for whoever may read it."""

    methods_with_query = READING

    @extend_schema(
        operation_id="journal_entries_proof",
        parameters=[ProofQuery],
        responses={
            (200, ZIP): OpenApiResponse(OpenApiTypes.BINARY, description="an archive with `verify.py`")
        },
    )
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        """Download an archive that `verify.py` verifies offline, as of the newest signed checkpoint.

        With `since` it proves, too, that the log grew out of the tree of that many leaves.
        """
        query = read_query(request, ProofQuery)
        entry = get_whole_entry(
            company_id=self.company.id, entry_id=kwargs["entry_id"], reader=self.principal
        )
        archive = BytesIO()
        get(DocumentEvidence).write(
            company_id=self.company.id,
            object_id=entry.id,
            out=archive,
            taken_by=self.principal,
            earlier_size=query.get("since"),
        )
        return zip_response(archive, name=f"proof-{entry.id}.zip")


def _entry(view: CompanyView) -> EntryView:
    return get_journal_entry(
        company_id=view.company.id, entry_id=view.kwargs["entry_id"], reader=view.principal
    )


def _position(values: tuple[Any, ...]) -> EntryPosition:
    return EntryPosition(accounting_date=date.fromisoformat(values[0]), id=UUID(values[1]))


def _posted_response(view: CompanyView, posted: PostedEntry) -> Response:
    entry = get_journal_entry(company_id=view.company.id, entry_id=posted.id, reader=None)
    location = reverse(
        "accounting-api:journal-entry", kwargs={"company_code": view.company.code, "entry_id": posted.id}
    )
    return Response(
        entry_json(entry), status=201 if posted.was_posted else 200, headers={"Location": location}
    )


def _posted_json(entry: PostedEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "number": entry.number,
        "accounting_date": entry.accounting_date,
        "reference": entry.reference,
        "was_posted": entry.was_posted,
    }
