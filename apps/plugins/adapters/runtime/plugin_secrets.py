# SPDX-License-Identifier: Apache-2.0
"""Secrets of plugins, by company, plugin and name: no plugin's name for one can be read as another's."""

from uuid import UUID

from apps.plugins.domain.host_errors import HttpMustBeAnswered
from cortex.confidential import Secret
from cortex.ports.registry import get
from cortex.ports.vault import Vault

# Names of environment variables are what every vault takes; ids and names have no underscores of their own.
_WRITTEN = {".": "_D_", "-": "_H_"}


def secret_name(*, company_id: UUID, plugin_id: str, name: str) -> str:
    """Return the name under which an operator puts a plugin's secret into the vault."""
    parts = (company_id.hex, plugin_id, name)
    return "_X_".join(
        ("PLUGIN", *("".join(_WRITTEN.get(each, each) for each in part) for part in parts))
    ).upper()


def require_secret(*, company_id: UUID, plugin_id: str, name: str) -> Secret:
    """Return the secret; raises HttpMustBeAnswered, VaultMustBeReachable."""
    found = get(Vault).read_secret(name=secret_name(company_id=company_id, plugin_id=plugin_id, name=name))
    if found is None:
        raise HttpMustBeAnswered(
            f"Secret {name} of plugin {plugin_id}: expected one in the vault, got none. Nothing was sent.",
            evidence={
                "object": name,
                "remedy": f"put {secret_name(company_id=company_id, plugin_id=plugin_id, name=name)} there",
            },
        )
    return found
