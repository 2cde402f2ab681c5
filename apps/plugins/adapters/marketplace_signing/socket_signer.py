# SPDX-License-Identifier: Apache-2.0
"""Ask the signing service over its socket; whoever asks never holds a key."""

import http.client
from http import HTTPStatus

import orjson

from apps.plugins.domain.marketplace.errors import MarketplaceSignerMustAccept, MarketplaceSignerMustAnswer
from apps.plugins.domain.marketplace.signing import MadeSignature, SignerState
from cortex.errors import CortexError
from cortex.sockets.bounded_client import UNIX, Reply, ask

# Ten signatures of a vault that takes its time, and a bundle that is read and hashed.
SECONDS_MAX = 30.0
_SHOWN_MAX = 500
_REMEDY = "see docs/marketplace.md"


class SocketSigner:
    """The service behind one Unix socket; an empty path means that this installation has none."""

    def __init__(self, *, path: str, seconds: float = SECONDS_MAX) -> None:
        """Know the socket; nothing is asked."""
        self._path, self._seconds = path, seconds

    def state(self) -> SignerState:
        """Return keys and versions."""
        try:
            told = orjson.loads(self._asked("GET", "/state").body)
            return SignerState(keys=dict(told["keys"]), versions=dict(told["versions"]))
        except (ValueError, KeyError, TypeError) as error:
            raise _silent(got="no state") from error

    def review(self, *, bundle: bytes) -> bytes:
        """Return the attestation with the reviewer's signature."""
        return self._asked("POST", "/review", bundle).body

    def sign(self, *, role: str, payload: bytes) -> MadeSignature:
        """Return a signature over metadata."""
        reply = self._asked("POST", "/sign", role.encode() + b"\n" + payload)
        try:
            told = orjson.loads(reply.body)
            return MadeSignature(keyid=str(told["keyid"]), signature=str(told["signature"]))
        except (ValueError, KeyError, TypeError) as error:
            raise _silent(got="no signature") from error

    def _asked(self, method: str, path: str, body: bytes = b"") -> Reply:
        if not self._path:
            raise _silent(got="no MARKETPLACE_SIGNER_SOCKET")
        try:
            reply = ask(UNIX + self._path, method=method, path=path, body=body, seconds=self._seconds)
        except (OSError, http.client.HTTPException) as error:
            raise _silent(got=type(error).__name__) from error
        if reply.status != HTTPStatus.OK:
            raise _refused(reply)
        return reply


def _refused(reply: Reply) -> CortexError:
    try:
        told = orjson.loads(reply.body)
        code, message = str(told["code"]), str(told["message"])[:_SHOWN_MAX]
    except (ValueError, KeyError, TypeError):
        return _silent(got=f"status {reply.status}")
    if reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return _silent(got=f"{code}: {message}")
    return MarketplaceSignerMustAccept(
        f"Signing service: expected it to sign, got a refusal. {message}",
        evidence={"object": "signing service", "cause": code, "got": message, "remedy": _REMEDY},
    )


def _silent(*, got: str) -> MarketplaceSignerMustAnswer:
    return MarketplaceSignerMustAnswer(
        f"Signing service: expected an answer, got {got}. Nothing was published. Start it; {_REMEDY}.",
        evidence={"object": "signing service", "got": got, "remedy": _REMEDY},
    )
