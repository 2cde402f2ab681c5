# SPDX-License-Identifier: Apache-2.0
"""The configuration as a whole: typed values, where each came from, and the digest of them all."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import PrivateAttr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from cortex.boot.configuration.artefact.record import Artefact
from cortex.boot.configuration.found import Layer
from cortex.boot.configuration.subjects.application import Application
from cortex.boot.configuration.subjects.backups import Backups
from cortex.boot.configuration.subjects.events import Events, Webhooks
from cortex.boot.configuration.subjects.files import Files
from cortex.boot.configuration.subjects.limits import Limits
from cortex.boot.configuration.subjects.mail import Mail
from cortex.boot.configuration.subjects.people import People
from cortex.boot.configuration.subjects.secrets import Secrets
from cortex.boot.configuration.subjects.servers import Broker, Database
from cortex.boot.configuration.subjects.telling import Telling
from cortex.boot.configuration.subjects.tls import Tls
from cortex.boot.configuration.subjects.transparency import Transparency
from cortex.boot.configuration.subjects.transport import Transport
from cortex.boot.configuration.subjects.web import Web

# Its debugging prints what each source holds, as it was given: secrets, too.
logging.getLogger("pydantic_settings").setLevel(logging.WARNING)


class LayerSource(PydanticBaseSettingsSource):
    """One layer of found values, by subject, as pydantic-settings merges them."""

    def __init__(self, settings_cls: type[BaseSettings], *, layer: Layer) -> None:
        """Take the values of one layer."""
        super().__init__(settings_cls)
        self.layer = layer

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return what this layer knows of one subject."""
        names = {str(member.alias) for member in _fields(field).values()}
        return {name: self.layer[name].given for name in sorted(names & set(self.layer))}, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return what this layer knows."""
        subjects = self.settings_cls.model_fields.items()
        return {name: self.get_field_value(field, name)[0] for name, field in subjects}


class Configuration(BaseSettings):
    """Every value that an installation may set, by subject."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    application: Application
    backups: Backups
    database: Database
    broker: Broker
    events: Events
    webhooks: Webhooks
    files: Files
    limits: Limits
    mail: Mail
    people: People
    secrets: Secrets
    transparency: Transparency
    transport: Transport
    tls: Tls
    web: Web
    telling: Telling

    _sources: Mapping[str, str] = PrivateAttr(default_factory=dict)
    _artefacts: tuple[Artefact, ...] = PrivateAttr(())
    _digest: str = PrivateAttr("")

    @classmethod
    def of_layers(cls, layers: Sequence[Layer]) -> "Configuration":
        """Return the typed values of these layers, of which the first beats those after it.

        Raises: pydantic.ValidationError, which the caller turns into a sentence.
        """
        return cls(layers=layers)  # type: ignore[call-arg]

    def traced(
        self, *, sources: Mapping[str, str], artefacts: Sequence[Artefact], digest: str
    ) -> "Configuration":
        """Remember where the values came from, and return this configuration."""
        self._sources, self._artefacts, self._digest = sources, tuple(artefacts), digest
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read our own layers alone: pydantic's readers know neither signatures nor where values stand."""
        layers: Sequence[Layer] = init_settings.init_kwargs["layers"]  # type: ignore[attr-defined]
        return tuple(LayerSource(settings_cls, layer=layer) for layer in layers)

    @property
    def sources(self) -> Mapping[str, str]:
        """Where each value came from, by its name: `environment`, `file /etc/site.yaml:12`, `default`."""
        return self._sources

    @property
    def artefacts(self) -> tuple[Artefact, ...]:
        """The signed files that this configuration stands on, the one that wins last."""
        return self._artefacts

    @property
    def digest(self) -> str:
        """SHA-256, in hexadecimal, of what counts of all values; see `cortex.boot.configuration.digest`."""
        return self._digest


def _fields(subject: FieldInfo) -> Mapping[str, FieldInfo]:
    members: Mapping[str, FieldInfo] = subject.annotation.model_fields  # type: ignore[union-attr]
    return members
