# SPDX-License-Identifier: Apache-2.0
"""The one question that a vault's Kubernetes login asks of a cluster: whose token is this, if anybody's?

It stands in for the API server, of which no wheel exists. The vault that asks and the program that logs in
are real. The form is that of authentication.k8s.io/v1 TokenReview.
"""

import base64
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

NAMESPACE, ACCOUNT = "books", "cortex"
_PATH = "/apis/authentication.k8s.io/v1/tokenreviews"


class Cluster:
    """Issues tokens of one service account, and reviews tokens: its own signature, and not withdrawn."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.withdrawn: set[str] = set()
        self.reviewed: list[str] = []
        self.address = ""
        self.authority = trustme.CA()

    def token(self, *, account: str = ACCOUNT) -> str:
        """Return a new token, as the kubelet writes it into a pod."""
        now = int(time.time())
        identity = {"namespace": NAMESPACE, "serviceaccount": {"name": account, "uid": f"uid-{account}"}}
        claims = {
            "iss": "https://kubernetes.default.svc",
            "sub": f"system:serviceaccount:{NAMESPACE}:{account}",
            "iat": now,
            "nbf": now - 1,
            "exp": now + 600,
            "jti": str(time.monotonic_ns()),
            "kubernetes.io": identity,
        }
        signed = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
        signature = self._key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_text(signature)}"

    def review(self, token: str) -> dict[str, object]:
        """Return the status of a review."""
        self.reviewed.append(token)
        try:
            signed, _, signature = token.rpartition(".")
            self._key.public_key().verify(
                _bytes(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except (InvalidSignature, ValueError):
            return {"authenticated": False, "error": "invalid bearer token"}
        if token in self.withdrawn:
            return {"authenticated": False, "error": "the service account is gone"}
        claims = json.loads(_bytes(signed.split(".")[1]))
        uid = claims["kubernetes.io"]["serviceaccount"]["uid"]
        return {"authenticated": True, "user": {"username": claims["sub"], "uid": uid}}


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Answer on a port of the loopback for as long as the body runs."""
    answering = Cluster()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != _PATH:
                self.send_error(404)
                return
            kind = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview"}
            answer = {**asked, **kind, "status": answering.review(asked["spec"]["token"])}
            body = json.dumps(answer).encode()
            self.send_response(201)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        secured = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        answering.authority.issue_cert("127.0.0.1").configure_cert(secured)
        server.socket = secured.wrap_socket(server.socket, server_side=True)
        answering.address = f"https://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield answering
        finally:
            server.shutdown()
            thread.join()


def _part(content: dict[str, object]) -> str:
    return _text(json.dumps(content).encode())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
