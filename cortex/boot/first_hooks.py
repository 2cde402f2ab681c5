# SPDX-License-Identifier: Apache-2.0
"""The hooks of this room itself: they come before any app is loaded."""

from cortex.boot.lifecycle.hooks import hook
from cortex.boot.lifecycle.process import this_process


@hook("on_preboot", name="logging")
def configure_logging() -> None:
    """Set logging up before anything can happen that is worth a line."""
    from django.conf import settings  # noqa: PLC0415 - settings stand above this room
    from django.utils.log import configure_logging as configure  # noqa: PLC0415

    configure(settings.LOGGING_CONFIG, settings.LOGGING)


@hook("on_preboot", name="log_header", after=("logging",))
def begin_log() -> None:
    """Let the log begin with its header; refuse a malformed key."""
    # Its cryptography takes 15 ms to import, which `cortex help` should not pay for.
    from cortex.boot.log_header.first_line import announce  # noqa: PLC0415

    announce(process=this_process())
