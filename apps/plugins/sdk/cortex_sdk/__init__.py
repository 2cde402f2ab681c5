# SPDX-License-Identifier: Apache-2.0
"""What plugins of Codexion Cortex are written with.

    from cortex_sdk import Context, data, events, handler, log

    @handler
    def on_posted(event: dict, context: Context) -> None:
        posted = {"id": events.subject_id(event)}
        rows = data.query("accounting.journal_entry", fields=["number"], where=posted)
        log.info(f"entry {rows[0]['number']} was posted in {context.company}")

Handlers are named in `plugin.yaml`, which says when each is called. Standard Python only, without files,
sockets, threads and processes; whatever is imported must be imported at the top of a module.
"""

from cortex_sdk import commands, data, events, http, log, store
from cortex_sdk._handlers import Context, handler
from cortex_sdk.errors import PluginError, Refused, Rejected

__all__ = [
    "Context",
    "PluginError",
    "Refused",
    "Rejected",
    "commands",
    "data",
    "events",
    "handler",
    "http",
    "log",
    "store",
]
