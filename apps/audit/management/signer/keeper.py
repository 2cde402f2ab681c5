# SPDX-License-Identifier: Apache-2.0
"""The key of the log: in the vault or sealed file that the environment names, or in a sealed file of its own.

The signer reads nothing else of the installation's configuration: no database, no broker, no SECRET_KEY.
"""

from collections.abc import Mapping
from pathlib import Path

from apps.audit.domain.note.algorithms import ED25519
from apps.audit.domain.note.keys import VerifierKey
from cortex.ports.key_management import KeyManagement, Signature
from cortex.secrets.keyring.local import LocalKeyManagement
from cortex.secrets.sealed.document import Document
from cortex.secrets.sealed.sealed_file import SealedFile
from cortex.secrets.sealed.vault import SealedVault, with_new_version

KEY_ID = "cortex-log"


class LogKey:
    """The key `cortex-log` of one keeper."""

    def __init__(self, keys: KeyManagement) -> None:
        """Know the keeper; nothing is asked of it."""
        self._keys = keys

    def verifier(self, *, origin: str) -> VerifierKey:
        """Return the public half under the log's name; raises KeyMustExist, VaultMustBeReachable."""
        public = self._keys.public_key(key_id=KEY_ID)
        return VerifierKey(name=origin, kind=ED25519, public=public.raw)

    def sign(self, message: bytes) -> bytes:
        """Sign with the latest version; the caller looks whether it is the one that it expects."""
        return Signature.of(self._keys.sign(key_id=KEY_ID, message=message)).raw


def has_own_file(*, environ: Mapping[str, str]) -> bool:
    """Return whether the environment names no keeper, so that the signer keeps its key itself."""
    return not (environ.get("VAULT_ADDR") or environ.get("SEALED_SECRETS_FILE"))


def make_own_file(*, directory: Path) -> bool:
    """Make the sealed file with the key, unless there is one; return whether it was made."""
    file = _own_file(directory)
    if file.path.exists():
        return False
    file.create(with_new_version(Document(), key_id=KEY_ID))
    return True


def log_key(*, environ: Mapping[str, str], directory: Path) -> LogKey:
    """Return the key of the keeper that the environment names; raises SignerMustBeConfigured."""
    if has_own_file(environ=environ):
        return LogKey(LocalKeyManagement(SealedVault(_own_file(directory))))
    # Loads the whole configuration's readers, which a signer with its own file does without.
    from apps.audit.management.signer.named_keeper import named_keys  # noqa: PLC0415

    return LogKey(named_keys(environ=environ))


def _own_file(directory: Path) -> SealedFile:
    return SealedFile(path=directory / "key.age", identity_path=directory / "identity.age")
