# SPDX-License-Identifier: Apache-2.0
"""Messages to workers lie in the broker, readable by whoever reaches it: no secret travels in them."""

from typing import Any

from cortex.confidential import holds_a_secret
from cortex.errors import CortexError


class MessageMustHoldNoSecret(CortexError):
    """A task was given a secret as an argument; it reads the secret where it runs instead."""

    code = "secrets.message_must_hold_no_secret"
    status = 500


def refuse_secrets(sender: str, body: Any, **_signal: Any) -> None:
    """Refuse to send a task whose arguments hold a secret known here (Celery's before_task_publish)."""
    if holds_a_secret(repr(body)):
        raise MessageMustHoldNoSecret(
            f"Task {sender}: expected arguments without secrets, got one. "
            "Read it from the vault in the task.",
            evidence={"object": sender, "remedy": "read it from the vault in the task"},
        )
