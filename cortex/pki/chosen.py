# SPDX-License-Identifier: Apache-2.0
"""Which authority signs: the one of a directory, or the vault of the configuration under its root."""

import os
from pathlib import Path

from cortex.boot.configuration import current_configuration
from cortex.pki.errors import AuthorityMustBeThere, refused
from cortex.pki.local.authority import LocalAuthority, opened
from cortex.pki.local.root_files import RootFiles
from cortex.pki.vault_authority import VaultAuthority, require_engine
from cortex.secrets.at_start import options_of
from cortex.secrets.vault.session import VaultSession

STATE = Path(__file__).resolve().parents[2] / ".cortex" / "pki"
AnyAuthority = LocalAuthority | VaultAuthority


def usual_directory() -> Path:
    """Return where an authority of files is kept unless somebody says otherwise."""
    return Path(os.environ.get("PKI_DIRECTORY") or STATE)


def chosen_authority(*, directory: Path, is_in_vault: bool, mount: str, role: str) -> AnyAuthority:
    """Return the authority; raises AuthorityMustBeThere, ConfigurationRefused."""
    if not is_in_vault:
        return opened(directory)
    authority = vault_authority(directory=directory, mount=mount, role=role)
    authority.root.require()
    require_engine(authority)
    return authority


def vault_authority(*, directory: Path, mount: str, role: str) -> VaultAuthority:
    """Return the vault's engine, with or without an authority; raises AuthorityMustBeThere."""
    vault = options_of(current_configuration().secrets).vault
    if vault is None:
        remedy = "Set VAULT_ADDR and what belongs to it."
        raise refused(AuthorityMustBeThere, "Vault", expected="one in the configuration", remedy=remedy)
    return VaultAuthority(VaultSession(vault), RootFiles(directory), mount=mount, role=role)
