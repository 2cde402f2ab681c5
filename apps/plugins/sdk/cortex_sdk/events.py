# SPDX-License-Identifier: Apache-2.0
"""Events that handlers are told of, and the plugin's own within `capabilities.events` of the manifest.

A handler is given the envelope as it is published, CloudEvents 1.0: `id` is the event's own, `subject` is
`accounting.journal_entry/<id>`, `time` an ISO instant in UTC, and `data` what the type's schema says.
"""

from collections.abc import Mapping
from typing import Any

from cortex_sdk._host import ask


def subject_id(event: Mapping[str, Any]) -> str:
    """Return the id of what an event is about, such as the entry that was posted."""
    return str(event["subject"]).rpartition("/")[2]


def emit(event: str, **data: Any) -> None:
    """Publish an event for the company of this call; raises Refused.

    It leaves with the call: a handler that fails afterwards has published nothing.
    """
    ask("events", "emit", event=event, data=data)
