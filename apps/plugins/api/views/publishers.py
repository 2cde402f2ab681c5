# SPDX-License-Identifier: Apache-2.0
"""One's own publishers and their keys, for programs that act for a person."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.plugins.api.serializers.marketplace import (
    KeyProofSerializer,
    KeyToAddSerializer,
    KeyToRevokeSerializer,
    NamespaceToClaimSerializer,
    PublisherKeySerializer,
    PublisherSerializer,
    PublishersSerializer,
    key_json,
    publisher_json,
)
from apps.plugins.selectors.marketplace.publishers import publishers_of
from apps.plugins.services.marketplace.add_publisher_key import add_publisher_key
from apps.plugins.services.marketplace.claim_namespace import claim_namespace
from apps.plugins.services.marketplace.require_keeper import require_seer
from apps.plugins.services.marketplace.revoke_publisher_key import revoke_publisher_key
from apps.plugins.services.marketplace.verify_publisher_key import verify_publisher_key
from cortex.api.views.base import CortexView
from cortex.policy.declarations import signed_in

_OWN = "everybody looks after their own publishers; the service asks whose it is"


@signed_in(_OWN)
class PublishersView(CortexView):
    """One's own publishers."""

    @extend_schema(operation_id="marketplace_publishers_list", responses=PublishersSerializer)
    def get(self, request: Request, **kwargs: Any) -> Response:
        """List one's own publishers with their keys."""
        require_seer(self.principal)
        return Response({"items": [publisher_json(each) for each in publishers_of(owner=self.principal)]})

    @extend_schema(
        operation_id="marketplace_publishers_create",
        request=NamespaceToClaimSerializer,
        responses={201: PublisherSerializer},
    )
    def post(self, request: Request, **kwargs: Any) -> Response:
        """Claim a namespace; nothing is published below it before its domain is confirmed."""
        row = claim_namespace(claimed_by=self.principal, **self.read_body(NamespaceToClaimSerializer))
        return Response(publisher_json(row), status=HTTPStatus.CREATED)


@signed_in(_OWN)
class KeysView(CortexView):
    """Keys of one publisher."""

    @extend_schema(
        operation_id="marketplace_keys_create",
        request=KeyToAddSerializer,
        responses={201: PublisherKeySerializer},
    )
    def post(self, request: Request, namespace: str, **kwargs: Any) -> Response:
        """Name a key; its signatures count once it signed the challenge of the answer."""
        body = self.read_body(KeyToAddSerializer)
        row = add_publisher_key(namespace=namespace, added_by=self.principal, **body)
        return Response(key_json(row), status=HTTPStatus.CREATED)


@signed_in(_OWN)
class KeyVerifyView(CortexView):
    """The proof of a key."""

    @extend_schema(
        operation_id="marketplace_keys_verify", request=KeyProofSerializer, responses=PublisherKeySerializer
    )
    def post(self, request: Request, namespace: str, keyid: str, **kwargs: Any) -> Response:
        """Prove a key with the signed challenge."""
        body = self.read_body(KeyProofSerializer)
        row = verify_publisher_key(namespace=namespace, keyid=keyid, verified_by=self.principal, **body)
        return Response(key_json(row))


@signed_in(_OWN)
class KeyRevokeView(CortexView):
    """The end of a key."""

    @extend_schema(
        operation_id="marketplace_keys_revoke",
        request=KeyToRevokeSerializer,
        responses=PublisherKeySerializer,
    )
    def post(self, request: Request, namespace: str, keyid: str, **kwargs: Any) -> Response:
        """Revoke a key, for good."""
        body = self.read_body(KeyToRevokeSerializer)
        row = revoke_publisher_key(namespace=namespace, keyid=keyid, revoked_by=self.principal, **body)
        return Response(key_json(row))
