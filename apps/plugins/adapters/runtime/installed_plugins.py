# SPDX-License-Identifier: Apache-2.0
"""Answers other rooms about plugins: what one may do today that asked for something some time ago."""

from uuid import UUID

from apps.plugins.adapters.runtime.acting import plugin_acting_for
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.models import Installation
from cortex.database.transactions import transactional
from cortex.ports.principal import Principal


class StoredInstallations:
    """The installations of companies."""

    @transactional
    def of_today(self, *, company_id: UUID, plugin: Principal) -> Principal | None:
        """Return the plugin with what is granted to it today, None unless it is enabled and not recalled."""
        rows = Installation.objects.filter(
            company_id=company_id, plugin_id=plugin.id, state=Installation.State.ENABLED
        )
        found = rows.select_related("version").first()
        if found is None or plugin.user_id is None or found.version.revoked_at is not None:
            return None
        return plugin_acting_for(
            user_id=plugin.user_id,
            manifest=read_manifest(found.version.manifest_text.encode()),
            granted=found.granted,
            within=plugin.scopes,
        )
