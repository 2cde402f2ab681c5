# SPDX-License-Identifier: Apache-2.0
"""A real OpenID provider over TLS, in a thread: discovery, codes bound to PKCE, tokens, keys."""

import base64
import hashlib
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import trustme
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "cortex", "a-secret-of-the-client"
# What a provider announces whose answers say who gives them. Source: RFC 9207.
NAMES_ITSELF = "authorization_response_iss_parameter_supported"


@dataclass
class OpenIdProvider:
    """What the provider knows and says; a test changes it as it likes."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    exchanged: list[dict[str, str]] = field(default_factory=list)
    # What a test puts in place of the signed token, made of the claims.
    token: Any = None
    is_away: bool = False
    # The name of its key, how long each answer takes, and what was asked for.
    kid: str = "first"
    answer_seconds: float = 0.0
    asked: list[str] = field(default_factory=list)
    # Headers of each answer beside its own.
    headers: dict[str, str] = field(default_factory=dict)

    def authorize(self, address: str, **claims: Any) -> dict[str, str]:
        """Do what the person's browser does there: sign in and come back with a code."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        self.claims = claims
        named = {"iss": self.issuer} if self.document.get(NAMES_ITSELF) else {}
        return {"code": code, "state": asked["state"], **named}

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer one request."""
        self.asked.append(path)
        time.sleep(self.answer_seconds)
        if self.is_away:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/jwks",
                **self.document,
            }
        if path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
            return 200, {"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "RS256"}]}
        return self._exchange(form)

    def _exchange(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.exchanged.append(form)
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or challenge != asked["code_challenge"] or form.get("client_secret") != SECRET:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "248289761001",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
        }
        token = self.token(claims) if self.token else self.signed(claims)
        return 200, {"access_token": "opaque", "token_type": "Bearer", "id_token": token}

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        """Return the token that the provider's key signed."""
        return jwt.encode(claims, self.key, "RS256", headers={"kid": self.kid, **header})


@contextmanager
def openid_provider(directory: Path) -> Iterator[tuple[OpenIdProvider, Path]]:
    """Serve a provider under `https://localhost:…`; yields it with the file of its authority."""
    provider, authority = OpenIdProvider(), trustme.CA()
    ca_file, chain = directory / "authority.pem", directory / "chain.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(chain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer({})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer({name: values[0] for name, values in parse_qs(body).items()})

        def _answer(self, form: dict[str, str]) -> None:
            status, document = provider.answer(urlsplit(self.path).path, form)
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            for name, value in provider.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    provider.issuer = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider, ca_file
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
