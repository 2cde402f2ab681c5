# SPDX-License-Identifier: Apache-2.0
"""Every name that can be configured, with the reader of its value and its place in the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from cortex.boot.configuration.model import Configuration
from cortex.boot.configuration.readers import Reader

# Secrets that the program reads where it needs them, through the vault; never part of the configuration.
SECRETS_OF_THE_VAULT = frozenset(
    {
        "MAIL_PASSWORD",
        "METRICS_TOKEN",
        "KAFKA_SASL_PASSWORD",
        "WEBHOOK_SIGNING_KEY",
        "PLUGIN_SEALING_KEY",
        "CORTEX_NEW_PASSWORD",
        "CORTEX_CLIENT_SECRET",
        "VAULT_SECRET_ID",
        "VAULT_TOKEN",
        "VAULT_KUBERNETES_TOKEN",
    }
)


@dataclass(frozen=True)
class Entry:
    """One name of the catalogue."""

    name: str
    subject: str
    attribute: str
    reader: Reader

    def value_in(self, configuration: Configuration) -> Any:
        """Return its typed value."""
        return getattr(getattr(configuration, self.subject), self.attribute)


@cache
def entries() -> Mapping[str, Entry]:
    """Return every entry by name, in the order in which subjects and fields are declared."""
    found = {}
    for subject, declared in Configuration.model_fields.items():
        for attribute, field in declared.annotation.model_fields.items():  # type: ignore[union-attr]
            reader = next(member for member in field.metadata if isinstance(member, Reader))
            name = str(field.alias)
            found[name] = Entry(name=name, subject=subject, attribute=attribute, reader=reader)
    return found
