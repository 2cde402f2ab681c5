# SPDX-License-Identifier: Apache-2.0
"""Messages to workers lie in the broker, readable by whoever reaches it: no secret travels in them."""

from typing import Any

from kombu.serialization import register
from kombu.utils.json import dumps, loads

from cortex.confidential import holds_a_secret
from cortex.errors import CortexError


class MessageMustHoldNoSecret(CortexError):
    """A task was given a secret as an argument; it reads the secret where it runs instead."""

    code = "secrets.message_must_hold_no_secret"
    status = 500


def guard_messages() -> None:
    """Refuse to write a message that holds a secret known here.

    A receiver of Celery's signals cannot refuse: its errors are logged, and the message is sent.
    """
    kind = {"content_type": "application/json", "content_encoding": "utf-8"}
    register("json", _dumps_without_secrets, loads, **kind)  # type: ignore[no-untyped-call] # no types


def _dumps_without_secrets(message: Any, **options: Any) -> str:
    written: str = dumps(message, **options)  # type: ignore[no-untyped-call] # as above
    if holds_a_secret(written):
        raise MessageMustHoldNoSecret(
            "Message to a worker: expected arguments without secrets, got one. "
            "Read it from the vault in the task.",
            evidence={"object": "message", "remedy": "read it from the vault in the task"},
        )
    return written
