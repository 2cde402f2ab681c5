# SPDX-License-Identifier: Apache-2.0
"""What plugins keep in a company, as removing one hands it out: rooms that keep such data register here."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID


class PluginData(Protocol):
    """One kind of data, such as the values that a plugin stored; every company in scope."""

    name: str

    def read(self, *, company_id: UUID, plugin_id: str) -> Mapping[str, Any]:
        """Return it as plain JSON."""
        ...

    def delete(self, *, company_id: UUID, plugin_id: str) -> int:
        """Delete it in the open transaction, and return how many rows that were."""
        ...


_kinds: dict[str, PluginData] = {}


def keep_plugin_data(kind: PluginData) -> None:
    """Register a kind; call it in `AppConfig.ready`."""
    _kinds[kind.name] = kind


def kinds_of_plugin_data() -> Sequence[PluginData]:
    """Return every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]
