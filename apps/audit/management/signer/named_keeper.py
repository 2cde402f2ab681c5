# SPDX-License-Identifier: Apache-2.0
"""The keeper that the environment names, in the same words as for the rest of the installation."""

from collections.abc import Mapping

from pydantic import ValidationError

from apps.audit.management.signer.errors import SignerMustBeConfigured
from cortex.boot.configuration.subjects.secrets import Secrets
from cortex.ports.key_management import KeyManagement
from cortex.secrets.at_start import options_of
from cortex.secrets.chosen import opened


def named_keys(*, environ: Mapping[str, str]) -> KeyManagement:
    """Return the first keeper's keys; raises SignerMustBeConfigured, ConfigurationRefused."""
    keepers = opened(options_of(_secrets(environ)))
    return next(iter(keepers.keys.values()))


def _secrets(environ: Mapping[str, str]) -> Secrets:
    names = {field.alias for field in Secrets.model_fields.values() if field.alias}
    given = {name: environ[name] for name in names if environ.get(name)}
    try:
        return Secrets.model_validate(given)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise SignerMustBeConfigured(
            f"{name}: expected what docs/operations/secrets.md says of it, got something else. Correct it.",
            evidence={"object": name},
        ) from None
