# SPDX-License-Identifier: Apache-2.0
"""Secrets: keepers that answer, files that are encrypted."""

from apps.audit.adapters.probes.counting import none_in, none_of
from apps.audit.domain.compliance.probe import Asked, Finding, probe, unknown
from cortex.ports.keepers import KeepersHealth
from cortex.ports.registry import get
from cortex.storage.models import StoredFile


@probe(
    "secrets.keepers",
    title="The vault is open and answers",
    remedy="See docs/operations/secrets.md: unseal the vault, or mend the sealed file.",
)
def keepers(asked: Asked) -> Finding:
    """Ask each keeper of secrets."""
    parts = get(KeepersHealth).parts()
    if not parts:
        return unknown("Secrets come from the environment: no keeper can be asked.")
    return none_in(
        [name for name, is_well in parts.items() if not is_well],
        of=len(parts),
        well="Every keeper of secrets answers.",
        ill="Keepers of secrets that do not answer",
    )


@probe(
    "storage.encrypted",
    title="Stored files are encrypted",
    remedy="`cortex renew_stored_files` encrypts files from before encryption.",
)
def encrypted(asked: Asked) -> Finding:
    """Look for files without a wrapped key."""
    files = StoredFile.objects.all()
    return none_of(
        files.filter(wrapped_key=None),
        of=files.count(),
        well="Every stored file is encrypted.",
        ill="Stored files that are not encrypted",
    )
