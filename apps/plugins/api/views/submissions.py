# SPDX-License-Identifier: Apache-2.0
"""One's own submissions, for programs that act for a person, such as `cortex plugin publish`."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.plugins.api.serializers.marketplace import (
    ReviewedSubmissionSerializer,
    SubmissionConfirmationSerializer,
    SubmissionSerializer,
    SubmissionsSerializer,
    SubmissionToSendSerializer,
    reviewed_json,
    submission_json,
)
from apps.plugins.selectors.marketplace.submissions import (
    built_bundle,
    own_submission,
    reviewed,
    submissions_of,
)
from apps.plugins.services.marketplace.confirm_submission import confirm_submission
from apps.plugins.services.marketplace.require_keeper import require_seer
from apps.plugins.services.marketplace.submit_plugin import SentIn, submit_plugin
from cortex.api.parsers import StrictJsonParser, UploadParser
from cortex.api.views.base import CortexView
from cortex.policy.declarations import signed_in

_OWN = "everybody looks after what they sent in; the service asks whose it is"
_BYTES = "application/octet-stream"


@signed_in(_OWN)
class SubmissionsView(CortexView):
    """What one sent in."""

    parser_classes = (UploadParser,)
    requires_idempotency_key = True

    @extend_schema(operation_id="marketplace_submissions_list", responses=SubmissionsSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List what one's publishers sent in, newest first."""
        require_seer(self.principal)
        return Response({"items": [submission_json(each) for each in submissions_of(owner=self.principal)]})

    @extend_schema(
        operation_id="marketplace_submissions_create",
        request={"multipart/form-data": SubmissionToSendSerializer},
        responses={201: SubmissionSerializer},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Send a version in: it is checked and built, read by a person, signed by its publisher, released."""
        body = self.read_body(SubmissionToSendSerializer)
        sent = SentIn(body["archive"].read(), body["statement"], body["channel"])
        row = submit_plugin(sent=sent, submitted_by=self.principal)
        location = reverse("marketplace-api:submission", args=[row.id])
        return Response(submission_json(row), status=HTTPStatus.CREATED, headers={"Location": location})


@signed_in(_OWN)
class SubmissionView(CortexView):
    """One submission."""

    @extend_schema(operation_id="marketplace_submissions_retrieve", responses=ReviewedSubmissionSerializer)
    def get(self, request: Request, submission_id: UUID, **kwargs: Any) -> Response:
        """Return how far it is, what its checks found and what was decided."""
        require_seer(self.principal)
        row = own_submission(submission_id=submission_id, owner=self.principal)
        return Response(reviewed_json(reviewed(submission=row)))


@signed_in(_OWN)
class SubmissionBundleView(CortexView):
    """What was built of a submission."""

    @extend_schema(
        operation_id="marketplace_submissions_bundle",
        responses={(200, _BYTES): OpenApiResponse(OpenApiTypes.BINARY, description="the bundle, not signed")},
    )
    def get(self, request: Request, submission_id: UUID, **kwargs: Any) -> HttpResponse:
        """Download what was built and approved, for its publisher to look at and sign."""
        require_seer(self.principal)
        row = own_submission(submission_id=submission_id, owner=self.principal)
        headers = {"Content-Disposition": "attachment", "Cache-Control": "no-store"}
        return HttpResponse(built_bundle(submission=row), content_type=_BYTES, headers=headers)


@signed_in(_OWN)
class SubmissionConfirmView(CortexView):
    """The publisher's signature on what was built."""

    parser_classes = (StrictJsonParser,)

    @extend_schema(
        operation_id="marketplace_submissions_confirm",
        request=SubmissionConfirmationSerializer,
        responses=SubmissionSerializer,
    )
    def post(self, request: Request, submission_id: UUID, **kwargs: Any) -> Response:
        """Put one's signature on what was built; it waits for its release by a second person then."""
        body = self.read_body(SubmissionConfirmationSerializer)
        row = confirm_submission(submission_id=submission_id, confirmed_by=self.principal, **body)
        return Response(submission_json(row))
