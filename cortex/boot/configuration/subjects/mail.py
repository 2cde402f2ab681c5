# SPDX-License-Identifier: Apache-2.0
"""How messages leave the program, and under which address people reach it."""

from typing import Annotated, Any

from pydantic import Field, SecretStr

from cortex.boot.configuration.readers import OneOf, Place, Text, Whole, home_of_the_program
from cortex.boot.configuration.subjects.subject import Subject
from cortex.boot.configuration.urls import Url


def _server_that_is_there(data: dict[str, Any]) -> str:
    return "smtp" if data["host"] else "files"


class Mail(Subject):
    """An SMTP server, or files for trials; the password comes from the vault."""

    host: Annotated[str, Text()] = Field("", alias="MAIL_HOST")
    port: Annotated[int, Whole(1)] = Field(587, alias="MAIL_PORT")
    security: Annotated[str, OneOf(("starttls", "tls", "none"))] = Field("starttls", alias="MAIL_SECURITY")
    user: Annotated[str, Text()] = Field("", alias="MAIL_USER")
    sender: Annotated[str, Text()] = Field("cortex@localhost", alias="MAIL_FROM")
    backend: Annotated[str, OneOf(("smtp", "files", "console"))] = Field(
        default_factory=_server_that_is_there, alias="MAIL_BACKEND"
    )
    directory: Annotated[str, Place()] = Field(
        default_factory=lambda: str(home_of_the_program() / ".cortex" / "mail"), alias="MAIL_DIRECTORY"
    )
    public_url: Annotated[SecretStr, Url(schemes=("http", "https"), may_be_empty=True)] = Field(
        SecretStr(""), alias="PUBLIC_URL"
    )
