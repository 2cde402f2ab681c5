# SPDX-License-Identifier: Apache-2.0
"""What proves a leaf to somebody who trusts nobody: a company's for its watchers, any for the platform's."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from apps.audit.adapters.policy_entities import READ, READ_BUNDLES
from apps.audit.api.serializers.leaves import LeafProofQuery
from apps.audit.api.views.platform import PlatformLogView
from apps.audit.published import LeafEvidence
from cortex.api.queries import read_query
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.api.zip_files import ZIP, zip_response
from cortex.policy.declarations import policy_action
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_ANSWER = {(200, ZIP): OpenApiResponse(OpenApiTypes.BINARY, description="an archive with `verify.py`")}


@policy_action(GET=READ)
class CompanyLeafProofView(CompanyView):
    """A leaf of a company, for whoever may see it in the company's log."""

    methods_with_query = READING

    @extend_schema(operation_id="audit_leaves_proof", parameters=[LeafProofQuery], responses=_ANSWER)
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        """Download an archive that `verify.py` verifies offline, as of the newest signed checkpoint.

        With `since` it proves, too, that the log grew out of the tree of that many leaves.
        """
        return _proof(request, self.principal, kwargs["leaf_id"], company_id=self.company.id)


@policy_action(GET=READ_BUNDLES)
class LeafProofView(PlatformLogView):
    """Any leaf, also of the platform."""

    methods_with_query = READING

    @extend_schema(operation_id="platform_audit_leaves_proof", parameters=[LeafProofQuery], responses=_ANSWER)
    def get(self, request: Request, **kwargs: Any) -> HttpResponse:
        """Download an archive that `verify.py` verifies offline, as of the newest signed checkpoint.

        With `since` it proves, too, that the log grew out of the tree of that many leaves.
        """
        return _proof(request, self.principal, kwargs["leaf_id"], company_id=None)


def _proof(request: Request, principal: Principal, leaf_id: UUID, *, company_id: UUID | None) -> HttpResponse:
    query, archive = read_query(request, LeafProofQuery), BytesIO()
    get(LeafEvidence).write(
        company_id=company_id,
        leaf_id=leaf_id,
        out=archive,
        taken_by=principal,
        earlier_size=query.get("since"),
    )
    return zip_response(archive, name=f"proof-{leaf_id}.zip")
