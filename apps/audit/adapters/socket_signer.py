# SPDX-License-Identifier: Apache-2.0
"""Ask the signer over its socket; whoever asks never holds the key."""

import http.client
from http import HTTPStatus
from typing import Any

import orjson

from apps.audit.adapters.asking_errors import SignerMustAccept, SignerMustAnswer
from apps.audit.domain.note.checkpoint import Checkpoint
from apps.audit.domain.note.signed_note import SignedNote
from apps.audit.domain.publishing import ProofFrom
from cortex.errors import CortexError, Malformed
from cortex.sockets.bounded_client import UNIX, Reply, ask

# The signer may ask a vault, which has its own three seconds.
SECONDS_MAX = 8.0
_RUNBOOK = "see runbooks/log-does-not-advance.md"
_SHOWN_MAX = 500


class SocketSigner:
    """The signer behind one Unix socket."""

    def __init__(self, *, path: str, seconds: float = SECONDS_MAX) -> None:
        """Know the socket; nothing is asked."""
        self._url, self._seconds = UNIX + path, seconds

    def sign(self, *, size: int, root: bytes, published: int, proof_from: ProofFrom) -> str:
        """Return the signed note; raises SignerMustAnswer, SignerMustAccept."""
        # What was published last is what was signed last, unless one of both was killed in between.
        reply = self._asked_to_sign(size, root, published, published, proof_from)
        if reply.status == HTTPStatus.CONFLICT:
            remembered = _member(reply, "size")
            if not isinstance(remembered, int) or not 0 <= remembered <= size:
                raise _silent(got="a size that makes no sense")
            reply = self._asked_to_sign(size, root, published, remembered, proof_from)
        if reply.status != HTTPStatus.OK:
            raise _refused(reply)
        return _signed(str(_member(reply, "note")), size=size, root=root)

    def health(self) -> dict[str, Any]:
        """Return key, origin and size that the signer remembers; raises SignerMustAnswer."""
        reply = self._ask("GET", "/health")
        return {name: _member(reply, name) for name in ("key", "origin", "size")}

    def _asked_to_sign(
        self, size: int, root: bytes, published: int, proof_from_size: int, proof_from: ProofFrom
    ) -> Reply:
        is_later = 0 < proof_from_size < size
        proof = [node.hex() for node in proof_from(proof_from_size)] if is_later else []
        asked = {
            "size": size,
            "root": root.hex(),
            "proof_from": proof_from_size,
            "proof": proof,
            "published": published,
        }
        return self._ask("POST", "/sign", orjson.dumps(asked))

    def _ask(self, method: str, path: str, body: bytes = b"") -> Reply:
        try:
            return ask(self._url, method=method, path=path, body=body, seconds=self._seconds)
        except (OSError, http.client.HTTPException) as error:
            raise _silent(got=type(error).__name__) from error


def _signed(text: str, *, size: int, root: bytes) -> str:
    """Look whether the note is of the tree that was asked for; whose key it is, verifiers decide."""
    try:
        found = Checkpoint.parse(SignedNote.parse(text).text)
    except Malformed as error:
        raise _silent(got="no checkpoint") from error
    if (found.size, found.root) != (size, root):
        raise _silent(got="a checkpoint of another tree")
    return text


def _member(reply: Reply, name: str) -> Any:
    try:
        return orjson.loads(reply.body)[name]
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise _silent(got=f"status {reply.status} without {name}") from error


def _refused(reply: Reply) -> CortexError:
    code, message = str(_member(reply, "code")), str(_member(reply, "message"))[:_SHOWN_MAX]
    if reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return _silent(got=f"{code}: {message}")
    return SignerMustAccept(
        f"Signer: expected it to sign, got a refusal. {message}",
        evidence={"object": "signer", "cause": code, "got": message, "remedy": _RUNBOOK},
    )


def _silent(*, got: str) -> SignerMustAnswer:
    return SignerMustAnswer(
        f"Signer: expected an answer, got {got}. Look whether it runs; {_RUNBOOK}.",
        evidence={"object": "signer", "got": got, "remedy": _RUNBOOK},
    )
