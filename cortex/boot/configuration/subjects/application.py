# SPDX-License-Identifier: Apache-2.0
"""Who the program is to a browser: its keys, its names, and whether it shows tracebacks."""

from typing import Annotated

from pydantic import Field, SecretStr

from cortex.boot.configuration.readers import Flag, Listed, Secret, SecretList
from cortex.boot.configuration.subjects.subject import Subject


class Application(Subject):
    """Keys and names."""

    secret_key: Annotated[SecretStr, Secret()] = Field(alias="SECRET_KEY")
    secret_key_fallbacks: Annotated[tuple[SecretStr, ...], SecretList()] = Field(
        (), alias="SECRET_KEY_FALLBACKS"
    )
    allowed_hosts: Annotated[tuple[str, ...], Listed()] = Field((), alias="ALLOWED_HOSTS")
    csrf_trusted_origins: Annotated[tuple[str, ...], Listed()] = Field((), alias="CSRF_TRUSTED_ORIGINS")
    is_debug: Annotated[bool, Flag()] = Field(False, alias="DEBUG")
