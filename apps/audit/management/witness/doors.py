# SPDX-License-Identifier: Apache-2.0
"""The doors of the witness: `POST /add-checkpoint` as c2sp.org/tlog-witness says, and `GET /health`."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from apps.audit.management.witness.cosign import Witness
from apps.audit.management.witness.errors import CheckpointMustContinue
from cortex.sockets.bounded_server import Answer, Bounds, Doors

# A note of 64 kB is refused for its length with a reason; here the rest of the request has its room, too.
BOUNDS = Bounds(body_bytes=69_632, connections=32)
SIZE_TYPE = "text/x.tlog.size"
_log = logging.getLogger(__name__)


def doors_of(witness: Witness) -> Doors:
    """Return the doors that lead to this witness."""
    return {("POST", "/add-checkpoint"): _add(witness), ("GET", "/health"): _health(witness)}


def _add(witness: Witness) -> Callable[[bytes], Answer]:
    def add_checkpoint(body: bytes) -> Answer:
        try:
            return Answer(HTTPStatus.OK, witness.cosign(body).encode())
        except CheckpointMustContinue as error:
            _log.warning("%s", error.message)
            return Answer(error.status, f"{error.evidence['seen']}\n".encode(), SIZE_TYPE)

    return add_checkpoint


def _health(witness: Witness) -> Callable[[bytes], Answer]:
    return lambda _: Answer(HTTPStatus.OK, f"{witness.key.verifier.text}\n".encode())
