# SPDX-License-Identifier: Apache-2.0
"""The keepers of secrets: a vault or a sealed file, for keys of the start that no other source has."""

from collections.abc import Iterable, Sequence
from importlib import import_module

from pydantic import ValidationError

from cortex.boot.configuration.found import Found, Layer
from cortex.boot.configuration.subjects.secrets import Secrets

KEEPERS = "keepers of secrets"
# By name: the room of secrets stands above this one, and is loaded only where there is a keeper.
_ROOM = "cortex.secrets.at_start"
KEPT = ("SECRET_KEY", "SECRET_KEY_FALLBACKS", "LOG_SIGNING_KEY")


def keepers(layers: Sequence[Layer]) -> Layer:
    """Read what the other sources lack; nothing where they name no keeper. Raises ConfigurationRefused."""
    try:
        kept = Secrets.model_validate(_merged(layers))
    except ValidationError:
        # The whole is validated in a moment, and says what is wrong.
        return {}
    missing = [name for name in KEPT if not any(name in layer for layer in layers)]
    return _read(kept, missing) if missing and kept.are_kept_elsewhere else {}


def _read(kept: Secrets, names: Iterable[str]) -> Layer:
    read = import_module(_ROOM).reader(kept)
    found = {name: read(name) for name in names}
    return {
        name: Found(secret.reveal(), source=KEEPERS) for name, secret in found.items() if secret is not None
    }


def _merged(layers: Sequence[Layer]) -> dict[str, object]:
    names = {str(field.alias) for field in Secrets.model_fields.values()}
    return {name: found.given for layer in reversed(layers) for name, found in layer.items() if name in names}
