# SPDX-License-Identifier: Apache-2.0
"""Signed configuration files of the tests' own making, and the environment of a process that takes them."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cortex.boot.configuration.artefact.keys import word_of
from cortex.boot.configuration.artefact.signature import sign
from cortex.boot.configuration.artefact.verification import signature_path
from cortex.boot.configuration.installation import INSTALLATIONS
from cortex.boot.configuration.loading import load
from cortex.boot.configuration.model import Configuration

SIGNED_AT = datetime(2026, 11, 1, tzinfo=UTC)
NOW = SIGNED_AT + timedelta(days=1)
# Far enough for processes that ask the real clock.
EXPIRES_AT = datetime(2099, 1, 1, tzinfo=UTC)


@dataclass
class Signer:
    """Somebody who writes and signs files in one directory."""

    directory: Path
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def write(
        self,
        content: str | bytes,
        *,
        name: str = "site.yaml",
        version: int = 1,
        signed_as: str = "",
        signed_at: datetime = SIGNED_AT,
        expires_at: datetime = EXPIRES_AT,
    ) -> Path:
        """Write a file with its signature, whatever it holds: nothing is checked here."""
        path = self.directory / name
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        signature = sign(
            data,
            name=signed_as or name,
            version=version,
            key=self.key,
            signed_at=signed_at,
            expires_at=expires_at,
        )
        signature_path(path).write_text(signature.text())
        return path

    def environment(self, *paths: Path, **variables: str) -> dict[str, str]:
        """Return the variables of a process that takes these files from this signer."""
        return {
            "CORTEX_CONFIG": ":".join(map(str, paths)),
            "CORTEX_CONFIG_KEYS": word_of(self.key.public_key()),
            "CORTEX_CONFIG_STATE": str(self.directory / "seen.json"),
            **variables,
        }


def loaded(environ: MutableMapping[str, str], *, kind: str = "test", at: datetime = NOW) -> Configuration:
    """Load the configuration of a process with this environment."""
    return load(environ=environ, installation=INSTALLATIONS[kind], at=at)
