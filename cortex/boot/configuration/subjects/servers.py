# SPDX-License-Identifier: Apache-2.0
"""The servers that keep the books and carry the work: PostgreSQL with three logins, and Valkey."""

from typing import Annotated, Any

from pydantic import Field, SecretStr

from cortex.boot.configuration.readers import Whole
from cortex.boot.configuration.subjects.subject import Subject
from cortex.boot.configuration.urls import DatabaseUrl, Url, connection


def _same_as_application(data: dict[str, Any]) -> SecretStr:
    url: SecretStr = data["application_url"]
    return url


class Database(Subject):
    """Three logins to one PostgreSQL."""

    application_url: Annotated[SecretStr, DatabaseUrl()] = Field(alias="DATABASE_URL")
    # Used by migrations alone; a process that only serves need not know the owner's login.
    owner_url: Annotated[SecretStr, DatabaseUrl()] = Field(
        default_factory=_same_as_application, alias="DATABASE_OWNER_URL"
    )
    service_url: Annotated[SecretStr, DatabaseUrl()] = Field(
        default_factory=_same_as_application, alias="DATABASE_SERVICE_URL"
    )
    connection_age_seconds_max: Annotated[int, Whole()] = Field(300, alias="DATABASE_CONN_MAX_AGE")

    @property
    def application(self) -> dict[str, Any]:
        """Django's description of the application's login."""
        return connection(self.application_url.get_secret_value())

    @property
    def owner(self) -> dict[str, Any]:
        """Django's description of the owner's login."""
        return connection(self.owner_url.get_secret_value())

    @property
    def service(self) -> dict[str, Any]:
        """Django's description of the service's login."""
        return connection(self.service_url.get_secret_value())


class Broker(Subject):
    """Cache and broker in one."""

    url: Annotated[SecretStr, Url(schemes=("unix", "redis", "rediss"))] = Field(alias="REDIS_URL")
