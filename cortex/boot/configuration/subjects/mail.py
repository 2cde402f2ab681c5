# SPDX-License-Identifier: Apache-2.0
"""How messages leave the program, and under which address people reach it."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field

from cortex.boot.configuration.readers import (
    OneOf,
    Place,
    Reader,
    Text,
    Unexpected,
    Whole,
    home_of_the_program,
)
from cortex.boot.configuration.subjects.subject import Subject


@dataclass(frozen=True)
class WebAddress(Reader):
    """The address of a web site, which everybody may see; empty stands for none."""

    def read(self, given: object) -> str:
        """Return the address without a slash at its end."""
        text = given if isinstance(given, str) else " "
        if text and (not text.isprintable() or " " in text or not _is_web_address(text)):
            raise Unexpected("a URL starting with http:// or https://, without a login")
        return text.rstrip("/")


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


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
    public_url: Annotated[str, WebAddress()] = Field("", alias="PUBLIC_URL")
