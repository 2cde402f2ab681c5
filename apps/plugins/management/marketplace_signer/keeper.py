# SPDX-License-Identifier: Apache-2.0
"""The keys of the marketplace: where this process keeps its keys, or in a sealed file of its own."""

from pathlib import Path

from django.conf import settings

from apps.plugins.domain.marketplace.signing import KEY_IDS
from cortex.ports.key_management import KeyManagement
from cortex.ports.registry import get
from cortex.secrets.keyring.local import LocalKeyManagement
from cortex.secrets.sealed.document import Document
from cortex.secrets.sealed.sealed_file import SealedFile
from cortex.secrets.sealed.vault import SealedVault, with_new_version


def marketplace_keys(*, directory: Path) -> KeyManagement:
    """Return the keeper that is configured; without one, a file in the service's own directory is made once.

    SECRET_KEY is never taken for it: every process of the installation has that.
    """
    if settings.SECRETS.vault is not None or settings.SECRETS.sealed is not None:
        return get(KeyManagement)
    file = SealedFile(path=directory / "keys.age", identity_path=directory / "identity.age")
    if not file.path.exists():
        document = Document()
        for key_id in sorted(KEY_IDS.values()):
            document = with_new_version(document, key_id=key_id)
        file.create(document)
    return LocalKeyManagement(SealedVault(file))
