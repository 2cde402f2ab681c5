# SPDX-License-Identifier: Apache-2.0
"""The store of a plugin in a company, as removing the plugin hands it out and deletes it."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.plugins.domain.plugin_data import keep_plugin_data
from apps.plugins.models import StoredValue


class KeptValues:
    """All values by key; the company is in scope and the transaction open."""

    name = "stored_values"

    def read(self, *, company_id: UUID, plugin_id: str) -> Mapping[str, Any]:
        """Return each value as the plugin wrote it."""
        rows = StoredValue.objects.filter(company_id=company_id, plugin_id=plugin_id).order_by("key")
        return {row.key: json.loads(row.text) for row in rows}

    def delete(self, *, company_id: UUID, plugin_id: str) -> int:
        """Delete them."""
        return StoredValue.objects.filter(company_id=company_id, plugin_id=plugin_id).delete()[0]


def declare_kept_values() -> None:
    """Let removing a plugin know of its store."""
    keep_plugin_data(KeptValues())
