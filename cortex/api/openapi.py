# SPDX-License-Identifier: Apache-2.0
"""The contract as OpenAPI 3.1: what every operation shares is added here, once."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from cortex.api.views.base import SAFE_METHODS, CortexView
from cortex.policy.actions import declared_scopes, find_action
from cortex.policy.declarations import declaration_of
from cortex.ports.waiting_verbs import can_wait

_PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457). `code` is stable; `detail` is for people and may change.",
    "required": ["type", "title", "status", "detail", "instance", "code", "evidence", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "code": {"type": "string", "examples": ["accounting.period_must_be_open"]},
        "evidence": {"type": "object", "additionalProperties": True},
        "request_id": {"type": "string"},
    },
}
_ANSWER = {
    "description": "A refusal.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}

_WAITS = {
    "description": "Nothing is done yet: it waits for a second person, where `Location` says.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Proposal"}}},
}


class CortexAutoSchema(AutoSchema):
    """Adds the idempotency key, the scope and a tag to each operation."""

    def get_override_parameters(self) -> list[Any]:
        """Add the header `Idempotency-Key` to unsafe calls."""
        parameters = list(super().get_override_parameters())
        if isinstance(self.view, CortexView) and self.method not in SAFE_METHODS:
            parameters.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    str,
                    OpenApiParameter.HEADER,
                    required=self.view.requires_idempotency_key,
                    description="A new UUID for each new request, and the same for its repetition.",
                )
            )
        return parameters

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """Add the answer of verbs that wait where a policy asks for a second person."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        declaration = declaration_of(self.view)
        action = declaration.action_for(self.method) if declaration else None
        if operation is not None and self.method not in SAFE_METHODS and action and can_wait(action):
            operation["responses"].setdefault("202", _WAITS)
        return operation

    def get_tags(self) -> list[str]:
        """Group by resource: the segment after the company."""
        segments = [part for part in self.path.removeprefix("/api/v1/").split("/") if part]
        resource = segments[2] if segments[:1] == ["companies"] and len(segments) > 2 else segments[0]
        return [resource.partition(":")[0]]

    def get_auth(self) -> list[Any]:
        """Name the scope that a token needs."""
        super().get_auth()  # registers the two schemes in the contract
        declaration = declaration_of(self.view)
        code = declaration.action_for(self.method) if declaration else None
        action = find_action(code) if code else None
        scopes = [action.scope] if action else []
        return [{"oauth2": scopes}, {"session": []}]


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes how programs fetch a token."""

    target_class = "cortex.api.authentication.BearerAuthentication"
    name = "oauth2"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the client-credentials flow with the declared scopes."""
        flow = {"tokenUrl": "/o/token/", "scopes": declared_scopes()}
        return {"type": "oauth2", "flows": {"clientCredentials": flow}}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes the session of a signed-in person."""

    target_class = "cortex.api.authentication.BrowserSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the cookie."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


class CertificateScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes services of ours that show a certificate and nothing else."""

    target_class = "cortex.api.peers.ServiceCertificateAuthentication"
    name = "certificate"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return mutual TLS. Source: OpenAPI 3.1, Security Scheme Object."""
        return {"type": "mutualTLS", "description": "A certificate that this installation maps to a service"}


class StrictBody(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Says in the contract that unknown fields are refused."""

    target_class = "cortex.api.serializers.StrictSerializer"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        """Return the serializer's own schema, closed."""
        schema: dict[str, Any] = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}


def add_problem_responses(result: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """Give every operation the problem document as its default answer (a postprocessing hook)."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = _PROBLEM
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"].setdefault("default", _ANSWER)
    return result
