# SPDX-License-Identifier: Apache-2.0
"""What is told about a running program."""

from typing import Annotated

from pydantic import Field, SecretStr

from cortex.boot.configuration.readers import OneOf, Places, Secret
from cortex.boot.configuration.subjects.subject import Subject
from cortex.boot.configuration.urls import Url


class Telling(Subject):
    """Logs and traces."""

    log_level: Annotated[str, OneOf(("DEBUG", "INFO", "WARNING", "ERROR"))] = Field("INFO", alias="LOG_LEVEL")
    traces_url: Annotated[SecretStr, Url(schemes=("http", "https"), may_be_empty=True)] = Field(
        SecretStr(""), alias="OTEL_EXPORTER_OTLP_ENDPOINT"
    )
    log_signing_key: Annotated[SecretStr, Secret()] = Field(SecretStr(""), alias="LOG_SIGNING_KEY")
    custody_files: Annotated[tuple[str, ...], Places()] = Field((), alias="LOG_CUSTODY_FILES")
