# SPDX-License-Identifier: Apache-2.0
"""All that other contexts may import from plugins: its events, and what the night asks of it."""

from typing import ClassVar

from cortex.ports.event_bus import Event

# Asked by the job that deletes what is due.
FORGET_CALLS = "plugins.call.forget"


class InstallationChanged(Event):
    """A plugin was installed, upgraded, stopped, set otherwise or removed; `verb` says which.

    `granted` are the texts of what it may do from now on, nothing for one that was removed. Settings are read
    from the installation.
    """

    event_type: ClassVar[str] = "plugins.installation.changed.v1"
    aggregate_type: ClassVar[str] = "plugins.installation"

    plugin_id: str
    version: str
    state: str
    granted: tuple[str, ...]
    verb: str
    changed_by: str
