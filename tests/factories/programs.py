# SPDX-License-Identifier: Apache-2.0
"""Programs as they speak to the authorization server: what they send, and what they get."""

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.http import HttpResponse
from django.test import Client

from cortex.ports.principal import Principal
from cortex.programs.clients.create_client import create_client

CALLBACK = "https://client.example/callback"
VERIFIER = "a-verifier-that-is-long-enough-to-be-one-of-rfc-7636"
SCOPES = ("openid", "profile", "accounting:read", "accounting:write")


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Web:
    """A program with a web server: it has a secret, and acts for people who let it."""

    client_id: str = "web"
    secret: str | None = None
    kind: str = "web"
    redirect_uris: tuple[str, ...] = (CALLBACK,)
    scopes: Collection[str] = SCOPES
    post_logout_redirect_uris: tuple[str, ...] = ()
    http: Client = field(default_factory=Client)

    def __post_init__(self) -> None:
        new = create_client(
            client_id=self.client_id,
            name=f"Program {self.client_id}",
            kind=self.kind,
            scopes=self.scopes,
            redirect_uris=self.redirect_uris,
            post_logout_redirect_uris=self.post_logout_redirect_uris,
            created_by=Principal.service("console"),
        )
        self.secret = new.secret

    def address(self, **changed: str | None) -> str:
        """Return where the program sends a person; None leaves a parameter out."""
        asked: dict[str, str | None] = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uris[0] if self.redirect_uris else None,
            "scope": "openid accounting:read",
            "state": "st4te",
            "nonce": "n0nce",
            "code_challenge": challenge_of(VERIFIER),
            "code_challenge_method": "S256",
        }
        asked |= changed
        return f"/o/authorize/?{urlencode({name: text for name, text in asked.items() if text is not None})}"

    def code_from(self, browser: Client, **changed: str | None) -> str:
        """Let the person of this browser say yes and return the code."""
        answer = browser.post(self.address(**changed), {"decision": "allow"})
        assert answer.status_code == 302, answer.content
        return told(answer)["code"]

    def ask(self, **form: str | None) -> Any:
        """Ask the token endpoint; None leaves a field out."""
        sent: dict[str, str | None] = {"client_id": self.client_id, "client_secret": self.secret, **form}
        return self.http.post("/o/token/", {name: text for name, text in sent.items() if text is not None})

    def exchange(self, code: str, **changed: str | None) -> Any:
        """Exchange a code for tokens."""
        form: dict[str, str | None] = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uris[0],
            "code_verifier": VERIFIER,
        }
        return self.ask(**{**form, **changed})

    def refresh(self, refresh_token: str, **changed: str | None) -> Any:
        """Exchange a refresh token for the next."""
        return self.ask(**{"grant_type": "refresh_token", "refresh_token": refresh_token, **changed})

    def tokens_from(self, browser: Client, **changed: str | None) -> dict[str, Any]:
        """Return the tokens that come of this person's yes."""
        answer = self.exchange(self.code_from(browser, **changed))
        assert answer.status_code == 200, answer.content
        found: dict[str, Any] = answer.json()
        return found


def told(answer: HttpResponse) -> dict[str, str]:
    """Return what a redirect tells the program."""
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def opens(token: str, path: str = "/api/v1/companies") -> int:
    """Return the status that the API answers to this token."""
    return Client().get(path, headers={"Authorization": f"Bearer {token}"}).status_code
