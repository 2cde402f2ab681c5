# SPDX-License-Identifier: Apache-2.0
"""The companies that the caller belongs to."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cortex.api.views.base import CortexView
from cortex.policy.access import companies_open_to
from cortex.policy.declarations import signed_in


class CompanySerializer(serializers.Serializer[object]):
    """A company and the caller's roles there."""

    code = serializers.CharField()
    name = serializers.CharField()
    status = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class CompanyListSerializer(serializers.Serializer[object]):
    """All companies of the caller: few, so there are no pages."""

    items = CompanySerializer(many=True)


@signed_in("tells a caller nothing but its own memberships")
class CompaniesView(CortexView):
    """List companies."""

    @extend_schema(operation_id="companies_list", responses=CompanyListSerializer)
    def get(self, request: Request) -> Response:
        """List the companies that you belong to, with your roles in each."""
        items = [
            {
                "code": membership.company_code,
                "name": membership.company_name,
                "status": membership.company_status,
                "roles": sorted(membership.roles),
            }
            for membership in companies_open_to(self.principal)
        ]
        return Response({"items": items})
