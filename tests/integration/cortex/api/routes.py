# SPDX-License-Identifier: Apache-2.0
"""Routes that only these tests have: a resource that stores notes as files of the company."""

import threading
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.etags import etag_of, require_match
from cortex.api.pages import Keyset, keyset_page
from cortex.api.parsers import UploadParser
from cortex.api.serializers import AmountField, StrictSerializer, TextField
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.errors import CortexError
from cortex.identity.principals import principal_of
from cortex.policy.declarations import policy_action
from cortex.ports.registry import get
from cortex.ports.storage import Storage
from cortex.storage.models import StoredFile

# A test may hold a request inside its verb: it waits for this and is let go by it.
arrived, may_go_on = threading.Event(), threading.Event()
may_go_on.set()


class NoteMustBeFriendly(CortexError):
    code = "testing.note_must_be_friendly"


class NoteSerializer(StrictSerializer):
    name = TextField(max_length=50)
    amount = AmountField(required=False)
    lines = serializers.ListField(child=serializers.IntegerField(), required=False)


@policy_action(GET="accounting.books.read", POST="accounting.journal_entry.post")
class NotesView(CompanyView):
    requires_idempotency_key = True
    methods_with_query = READING

    def get(self, request: Request, company_code: str) -> Response:
        page = keyset_page(request=request, queryset=StoredFile.objects.all(), keyset=Keyset("name", "-id"))
        return Response(page.body(lambda file: {"name": file.name, "id": str(file.id)}))

    def post(self, request: Request, company_code: str) -> Response:
        note: dict[str, Any] = self.read_body(NoteSerializer)
        stored = get(Storage).put(company_id=self.company.id, name=note["name"], content=b"note")
        arrived.set()
        may_go_on.wait(timeout=10)
        if note["name"] == "rude":
            raise NoteMustBeFriendly("Note rude: expected friendly words.", evidence={"got": "rude"})
        if note["name"] == "broken":
            raise RuntimeError("the password of the database is hunter2")
        return Response({"id": str(stored.id)}, status=201, headers={"Location": f"/notes/{stored.id}"})


@policy_action(PUT="accounting.account.create")
class VersionedView(CompanyView):
    def put(self, request: Request, company_code: str) -> Response:
        require_match(request=request, etag=etag_of("version", 1))
        return Response({"ok": True}, headers={"ETag": etag_of("version", 2)})


@policy_action(POST="accounting.journal.import")
class UploadsView(CompanyView):
    parser_classes = (UploadParser,)

    def post(self, request: Request, company_code: str) -> Response:
        names = [
            get(Storage).put(company_id=self.company.id, name=upload.name, content=upload.read()).name
            for upload in request.FILES.getlist("journal")
        ]
        return Response({"names": names}, status=201)


@policy_action(GET="accounting.books.read")
class HalfDeclaredView(CompanyView):
    def post(self, request: Request, company_code: str) -> Response:
        raise AssertionError("an undeclared verb was done")


def refusing_page(request: HttpRequest, cause: str) -> HttpResponse:
    if cause == "sign-in":
        principal_of(request)
    if cause == "unexpected":
        raise RuntimeError("hunter2")
    raise NoteMustBeFriendly("Note: expected <b>friendly</b> words.")


urlpatterns = [
    path("api/v1/companies/<str:company_code>/uploads", UploadsView.as_view()),
    path("api/v1/companies/<str:company_code>/half", HalfDeclaredView.as_view()),
    path("api/v1/pages/<str:cause>", refusing_page),
    path("pages/<str:cause>", refusing_page),
    path("api/v1/companies/<str:company_code>/notes", NotesView.as_view()),
    path("api/v1/companies/<str:company_code>/versioned", VersionedView.as_view()),
    path("", include("settings.urls")),
]
handler404 = "cortex.api.middleware.not_found"
handler500 = "cortex.api.middleware.failed"
