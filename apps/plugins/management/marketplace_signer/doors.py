# SPDX-License-Identifier: Apache-2.0
"""The doors of the signing service: what may be asked over its socket.

| door | asks | answers |
|---|---|---|
| `POST /review` | a bundle | its attestation with the reviewer's signature |
| `POST /sign` | a role, a line feed, the canonical bytes of its metadata | `{"keyid", "signature"}` |
| `GET /state` | | `{"keys", "versions"}` |

Whatever is refused has `{"code", "message"}` and the status of its cause.
"""

from collections.abc import Callable
from dataclasses import asdict
from http import HTTPStatus

import orjson
from django.db import connections

from apps.plugins.domain.bundle import BUNDLE_BYTES_MAX
from apps.plugins.domain.marketplace.signing import MadeSignature, MarketplaceSigner
from cortex.container.scopes import scope
from cortex.errors import CortexError
from cortex.sockets.bounded_server import Answer, Bounds, Doors

# Bundles are large, and one is signed at a time.
BOUNDS = Bounds(body_bytes=BUNDLE_BYTES_MAX, connections=4, connection_seconds=60.0)
_JSON, _BYTES = "application/json", "application/octet-stream"


def doors_of(service: MarketplaceSigner) -> Doors:
    """Return the doors that lead to this service."""
    return {
        ("POST", "/review"): _told(lambda body: Answer(HTTPStatus.OK, service.review(bundle=body), _BYTES)),
        ("POST", "/sign"): _told(lambda body: _json(asdict(_signed(service, body)))),
        ("GET", "/state"): _told(lambda _: _json(asdict(service.state()))),
        ("GET", "/health"): _told(lambda _: _json({"keys": len(service.state().keys)})),
    }


def _signed(service: MarketplaceSigner, body: bytes) -> MadeSignature:
    role, _, payload = body.partition(b"\n")
    return service.sign(role=role.decode("ascii", "replace"), payload=payload)


def _json(told: dict[str, object]) -> Answer:
    return Answer(HTTPStatus.OK, orjson.dumps(told), _JSON)


def _told(work: Callable[[bytes], Answer]) -> Callable[[bytes], Answer]:
    def answer(body: bytes) -> Answer:
        try:
            with scope(kind="command"):
                return work(body)
        except CortexError as error:
            told = {"code": error.code, "message": error.message}
            return Answer(error.status, orjson.dumps(told), _JSON)
        finally:
            # Each connection of ours has a thread of its own, and that thread one of the database's.
            connections.close_all()

    return answer
