# SPDX-License-Identifier: Apache-2.0
"""Secrets of one machine: environment variables, or the files that orchestrators mount."""

import os
import re
from pathlib import Path

from cortex.confidential import Secret
from cortex.container.providers.ports import VAULT
from cortex.container.providers.provider import Interruption, Provider
from cortex.container.providers.versions import Version
from cortex.errors import CortexError
from cortex.ports.vault import Vault

_NAME = re.compile(r"\A[A-Z][A-Z0-9_]*\Z")


class SecretMustBeReadable(CortexError):
    """A secret is announced but cannot be read; starting without it would be less safe than stopping."""

    code = "secrets.secret_must_be_readable"
    status = 503


class EnvironmentVault:
    """Reads `NAME`, or the file that `NAME_FILE` points at, at each call: a rotated file counts at once."""

    def read_secret(self, *, name: str) -> Secret | None:
        """Return the secret without surrounding space; raises SecretMustBeReadable, never showing it."""
        if not _NAME.match(name):
            raise _unreadable(name, expected="a name of capital letters, digits and '_'")
        value = (os.environ.get(name) or self._from_file(name) or "").strip()
        return Secret(value) if value else None

    def _from_file(self, name: str) -> str | None:
        path = os.environ.get(f"{name}_FILE")
        if not path:
            return None
        try:
            return Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(f"{name}_FILE", expected="the path of a readable text file") from error


def _unreadable(name: str, *, expected: str) -> SecretMustBeReadable:
    return SecretMustBeReadable(
        f"Secret {name[:80]}: expected {expected}.", evidence={"object": name[:80], "expected": expected}
    )


def environment_provider() -> Provider[Vault]:
    """Return how the environment is called: it never waits for another machine."""
    return Provider(
        capability=VAULT,
        name="environment",
        version=Version(1),
        adapter=EnvironmentVault,
        health=lambda: None,
        interruption=Interruption.ITSELF,
    )
