# SPDX-License-Identifier: Apache-2.0
"""The doors of the signer: what may be asked over its socket, in JSON.

| door | asks | answers |
|---|---|---|
| `POST /sign` | `{"size", "root", "proof_from", "proof", "published"}`, hashes in hexadecimal | `{"note"}` |
| | | 409 `{"code", "message", "size"}`: send the proof from that size |
| | | 422 `{"code", "message"}`: this will never be signed |
| `GET /health` | | `{"key", "origin", "size"}` |
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from apps.audit.domain.note.encoding import SIZE_MAX
from apps.audit.domain.note.witness_request import PROOF_LINES_MAX
from apps.audit.management.signer.errors import ProofMustBeginAtTheLastTree, TreeToSignMustBeWellFormed
from apps.audit.management.signer.sign_tree import LogSigner, TreeToSign
from cortex.errors import CortexError
from cortex.sockets.bounded_server import Answer, Bounds, Doors

BOUNDS = Bounds(body_bytes=8192, connections=8)
_JSON = "application/json"
_Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
_Size = Annotated[int, Field(ge=0, le=SIZE_MAX)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)
    size: _Size
    root: _Hash
    proof_from: _Size
    proof: Annotated[list[_Hash], Field(max_length=PROOF_LINES_MAX)]
    published: _Size


def doors_of(signer: LogSigner) -> Doors:
    """Return the doors that lead to this signer."""
    return {
        ("POST", "/sign"): _told(lambda body: {"note": signer.sign(_tree(body))}),
        ("GET", "/health"): _told(lambda _: _health(signer)),
    }


def _tree(body: bytes) -> TreeToSign:
    try:
        asked = _Asked.model_validate_json(body)
    except ValidationError as error:
        places = sorted({".".join(map(str, cause["loc"])) or "body" for cause in error.errors()})[:5]
        raise TreeToSignMustBeWellFormed(
            f"Tree to sign: expected size, root, proof_from, proof and published, got others in {places}.",
            evidence={"object": "request", "got": places},
        ) from None
    return TreeToSign(
        size=asked.size,
        root=bytes.fromhex(asked.root),
        proof_from=asked.proof_from,
        proof=[bytes.fromhex(node) for node in asked.proof],
        published=asked.published,
    )


def _health(signer: LogSigner) -> dict[str, object]:
    last = signer.last()
    return {"key": signer.key.text, "origin": last.origin, "size": last.size}


def _told(work: Callable[[bytes], dict[str, object]]) -> Callable[[bytes], Answer]:
    def answer(body: bytes) -> Answer:
        try:
            return Answer(HTTPStatus.OK, orjson.dumps(work(body)), _JSON)
        except ProofMustBeginAtTheLastTree as error:
            told = {"code": error.code, "message": error.message, "size": error.evidence["expected"]}
            return Answer(HTTPStatus.CONFLICT, orjson.dumps(told), _JSON)
        except CortexError as error:
            told = {"code": error.code, "message": error.message}
            return Answer(error.status, orjson.dumps(told), _JSON)

    return answer
