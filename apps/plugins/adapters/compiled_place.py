# SPDX-License-Identifier: Apache-2.0
"""Where this installation keeps what it compiled of plugins, and the secret that seals it."""

import hashlib
import hmac
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from cortex.confidential import Secret
from cortex.ports.registry import get
from cortex.ports.vault import Vault

if TYPE_CHECKING:
    from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents

SECRET = "PLUGIN_SEALING_KEY"  # noqa: S105 - its name  # pragma: allowlist secret
_LABEL = b"cortex.plugins.compiled.v1"


def compiled_components() -> "CompiledComponents":
    """Return the directory of this machine; a process that runs no plugin never loads wasmtime.

    A secret that is given anew makes each machine compile anew. Raises: VaultMustBeReachable.
    """
    from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents  # noqa: PLC0415

    given = get(Vault).read_secret(name=SECRET) or Secret(settings.SECRET_KEY)
    key = hmac.digest(given.reveal().encode(), _LABEL, hashlib.sha256)
    return CompiledComponents(directory=Path(settings.PLUGIN_DIRECTORY), key=key)
