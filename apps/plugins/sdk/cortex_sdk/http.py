# SPDX-License-Identifier: Apache-2.0
"""Requests to the hosts that `capabilities.http` names; the host sends them, and puts secrets in."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cortex_sdk._host import ask


@dataclass(frozen=True)
class Response:
    """What came back. A redirect is not followed: `status` and `headers["location"]` tell of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    def json(self) -> Any:
        """Return what the body says as JSON."""
        return json.loads(self.body)


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    secrets: Mapping[str, Any] | None = None,
    body: str = "",
) -> Response:
    """Send a request and return the answer; raises Refused.

    `secrets` puts secrets of `capabilities.secrets` into headers, which the plugin itself never sees:
    {"Authorization": {"secret": "api-token", "before": "Bearer "}}.  # pragma: allowlist secret
    """
    told = ask(
        "http",
        "send",
        method=method,
        url=url,
        headers=dict(headers or {}),
        secrets=dict(secrets or {}),
        body=body,
    )
    content = told["body"].encode() if "body" in told else base64.b64decode(told["body_base64"])
    return Response(told["status"], told["headers"], content)
