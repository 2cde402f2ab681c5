# SPDX-License-Identifier: Apache-2.0
"""An installation as policies see it."""

from uuid import UUID

from apps.plugins.domain.policy_names import INSTALLATION
from cortex.ports.authorizer import Resource


def installation_resource(*, company_id: UUID, plugin_id: str, is_wider: bool) -> Resource:
    """Return the plugin in the company; `is_wider` says that it could do more after the verb than before."""
    return Resource(
        INSTALLATION,
        plugin_id,
        {
            "company": Resource("Cortex::Company", str(company_id)),
            "plugin": plugin_id,
            "is_wider": is_wider,
        },
    )
