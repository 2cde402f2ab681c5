# SPDX-License-Identifier: Apache-2.0
"""A client of the web process that is tried: it speaks as the proxy in front of it would."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tools.pipeline.programs import StageFailed

HOST = "cortex.localhost"
ANSWER_SECONDS_MAX = 20.0
BODY_SHOWN = 400


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status and body of one answer."""

    status: int
    body: str

    def json(self) -> Any:
        """Parse the body."""
        return json.loads(self.body)


@dataclass(frozen=True, kw_only=True)
class Client:
    """Asks 127.0.0.1 at a port, with a bearer token when there is one."""

    port: int
    token: str = ""

    def ask(
        self, method: str, path: str, *, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request; raises OSError or http.client.HTTPException when nobody answers."""
        sent = {"Host": HOST, "X-Forwarded-Proto": "https", "Accept": "application/json", **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS_MAX)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            answer = connection.getresponse()
            return Answer(status=answer.status, body=answer.read().decode("utf-8", "replace"))
        finally:
            connection.close()

    def expect(self, status: int, method: str, path: str, **options: Any) -> Answer:
        """Send one request and check the status of its answer; raises StageFailed with what came instead."""
        answer = self.ask(method, path, **options)
        if answer.status != status:
            raise StageFailed(
                f"{method} {path}: expected {status}, got {answer.status}: {answer.body[:BODY_SHOWN]}\n"
                "The web process of the image answers otherwise than the tests' does; read its log above."
            )
        return answer

    def is_up(self, path: str) -> bool:
        """Tell whether a probe answers 200."""
        try:
            return self.ask("GET", path).status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
