# SPDX-License-Identifier: Apache-2.0
"""The chart of accounts."""

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounting.adapters.policy_entities import CREATE_ACCOUNT, READ, UPDATE_ACCOUNT
from apps.accounting.api.serializers.chart import (
    AccountPageSerializer,
    AccountSerializer,
    AccountToChangeSerializer,
    AccountToCreateSerializer,
)
from apps.accounting.domain.account_draft import AccountDraft
from apps.accounting.domain.errors import AccountMustExist
from apps.accounting.selectors.accounts import AccountRow, get_account, list_accounts_after
from apps.accounting.services.waiting_verbs import create_accounts_or_wait, update_account_or_wait
from cortex.api.etags import etag_of, require_match
from cortex.api.pages import page_of, page_request
from cortex.api.queries import PageQuery, read_query
from cortex.api.views.base import READING
from cortex.api.views.company import CompanyView
from cortex.policy.declarations import policy_action

_EXAMPLE = OpenApiExample(
    "A bank account",
    value={"code": "Assets:Bank:Giro", "name": "Giro", "type": "asset", "is_bank_or_cash": True},
    request_only=True,
)
_IF_MATCH = OpenApiParameter(
    "If-Match", str, OpenApiParameter.HEADER, required=True, description="The ETag of the version you read."
)


class AccountMustBeFound(AccountMustExist):
    """The path names an account that the chart does not have; in a body the same is 422."""

    status = 404


@policy_action(GET=READ, POST=CREATE_ACCOUNT)
class AccountsView(CompanyView):
    """The chart."""

    methods_with_query = READING

    @extend_schema(operation_id="accounts_list", parameters=[PageQuery], responses=AccountPageSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List the chart of accounts by code."""
        read_query(request, PageQuery)
        wanted = page_request(request=request, width=1)
        rows = list_accounts_after(
            company_id=self.company.id,
            after=wanted.after[0] if wanted.after else None,
            limit=wanted.limit + 1,
            reader=self.principal,
        )
        return Response(page_of(rows, request=wanted, position=lambda row: (row.code,)).body(asdict))

    @extend_schema(
        operation_id="accounts_create",
        request=AccountToCreateSerializer,
        responses={200: AccountSerializer, 201: AccountSerializer},
        examples=[_EXAMPLE],
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Create an account: 201, or 200 with the account of this code and type that stood there before."""
        draft = AccountDraft(**self.read_body(AccountToCreateSerializer))
        created = create_accounts_or_wait(
            company_id=self.company.id, drafts=[draft], created_by=self.principal
        )
        account = get_account(company_id=self.company.id, code=draft.code, reader=None)
        return _account_response(account, status=201 if created else 200)


@policy_action(GET=READ, PATCH=UPDATE_ACCOUNT)
class AccountView(CompanyView):
    """One account."""

    @extend_schema(operation_id="accounts_read", responses=AccountSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """Read an account; its ETag names the version."""
        return _account_response(self._account(kwargs["account_code"]))

    @extend_schema(
        operation_id="accounts_update",
        parameters=[_IF_MATCH],
        request=AccountToChangeSerializer,
        responses=AccountSerializer,
        examples=[OpenApiExample("Deactivate", value={"is_active": False}, request_only=True)],
    )
    def patch(self, request: Request, **kwargs: Any) -> Response:
        """Rename, deactivate or reactivate an account; send the ETag that you read as `If-Match`."""
        changes = self.read_body(AccountToChangeSerializer)
        account = self._account(kwargs["account_code"], for_update=True)
        require_match(request=request, etag=_etag(account))
        changed = update_account_or_wait(
            company_id=self.company.id, account_code=account.code, updated_by=self.principal, **changes
        )
        return _account_response(changed)

    def _account(self, code: str, *, for_update: bool = False) -> AccountRow:
        try:
            return get_account(
                company_id=self.company.id, code=code, reader=self.principal, for_update=for_update
            )
        except AccountMustExist as error:
            raise AccountMustBeFound(error.message, evidence=error.evidence) from error


def _account_response(account: AccountRow, *, status: int = 200) -> Response:
    return Response(asdict(account), status=status, headers={"ETag": _etag(account)})


def _etag(account: AccountRow) -> str:
    return etag_of(*asdict(account).values())
