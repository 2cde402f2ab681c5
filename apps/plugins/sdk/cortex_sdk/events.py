# SPDX-License-Identifier: Apache-2.0
"""Events of the plugin's own, within `capabilities.events` of the manifest."""

from typing import Any

from cortex_sdk._host import ask


def emit(event: str, **data: Any) -> None:
    """Publish an event for the company of this call; raises Refused.

    It leaves with the call: a handler that fails afterwards has published nothing.
    """
    ask("events", "emit", event=event, data=data)
