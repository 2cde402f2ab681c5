# SPDX-License-Identifier: Apache-2.0
"""What a sealed file holds once it is open: secrets by name, and keys with their versions."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Self

import orjson
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_serializer

from cortex.errors import CortexError

NAME = re.compile(r"\A[A-Z][A-Z0-9_]{0,99}\Z")


class SealedFileMustBeReadable(CortexError):
    """The sealed file cannot be opened with this identity, or holds something else."""

    code = "secrets.sealed_file_must_be_readable"
    status = 503


class Entry(BaseModel):
    """One secret, and when it was set."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    value: SecretStr
    set_at: datetime

    @field_serializer("value")
    def _write(self, value: SecretStr) -> str:
        return value.get_secret_value()


class Document(BaseModel):
    """Version 1. `keys` holds 32 bytes in hexadecimal for each version of each key."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: int = Field(default=1, ge=1, le=1)
    secrets: Mapping[str, Entry] = Field(default_factory=dict)
    keys: Mapping[str, Mapping[int, SecretStr]] = Field(default_factory=dict)

    @field_serializer("keys")
    def _write(self, keys: Mapping[str, Mapping[int, SecretStr]]) -> dict[str, dict[str, str]]:
        return {
            key: {str(number): material.get_secret_value() for number, material in versions.items()}
            for key, versions in keys.items()
        }

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Read the JSON; raises SealedFileMustBeReadable without showing any of it."""
        try:
            return cls.model_validate(orjson.loads(content))
        except (ValidationError, orjson.JSONDecodeError):
            # Not chained: the library's error quotes what it could not read.
            raise unreadable(got="something that is no document of version 1") from None

    def pack(self) -> bytes:
        """Return the JSON."""
        return orjson.dumps(self.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)


def unreadable(*, got: str) -> SealedFileMustBeReadable:
    """Return the refusal."""
    return SealedFileMustBeReadable(
        f"Sealed file: expected one that the identity opens, got {got}. Check SEALED_SECRETS_FILE and "
        "SEALED_IDENTITY_FILE, or restore both from one backup.",
        evidence={"object": "sealed file", "got": got, "remedy": "restore file and identity together"},
    )
