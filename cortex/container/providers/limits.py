# SPDX-License-Identifier: Apache-2.0
"""What a provider may be asked, how often and how long; defaults in code, overrides in PROVIDER_LIMITS."""

from collections.abc import Mapping
from typing import Any, Literal

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from pydantic import BaseModel, ConfigDict, Field, ValidationError

SETTING = "PROVIDER_LIMITS"


class Limits(BaseModel):
    """The limits of one provider.

    Each caller has a bucket of `burst` tokens that fills at `calls_per_minute`. `calls_in_flight_max` counts
    the calls of all processes. `timeout_ms` bounds a call with its repetitions; `attempts_max` 1 repeats
    nothing. After `failures_before_open` failures in a row the provider is left alone for `open_seconds`.
    `without_valkey` says what holds when nobody can count over all processes: `local` counts in this process
    alone, `refuse` refuses.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    calls_per_minute: int = Field(ge=1, le=6_000_000)
    burst: int = Field(ge=1, le=1_000_000)
    calls_in_flight_max: int = Field(ge=1, le=10_000)
    timeout_ms: int = Field(ge=1, le=600_000)
    attempts_max: int = Field(default=3, ge=1, le=10)
    backoff_ms: int = Field(default=50, ge=1, le=60_000)
    failures_before_open: int = Field(default=5, ge=1, le=1_000)
    open_seconds: int = Field(default=10, ge=1, le=3_600)
    without_valkey: Literal["local", "refuse"] = "local"

    @property
    def timeout_seconds(self) -> float:
        """Return the timeout in seconds."""
        return self.timeout_ms / 1000


def limits_in_force(*, capability: str, name: str, defaults: Limits) -> Limits:
    """Return the defaults of the capability under what the setting says of it and of this provider.

    Raises: ImproperlyConfigured, naming the field that is wrong.
    """
    overrides = settings.PROVIDER_LIMITS
    fields: dict[str, Any] = defaults.model_dump()
    for key in (capability, f"{capability}/{name}"):
        fields |= _fields_of(key, overrides.get(key, {}))
    try:
        return Limits.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, (capability, *first["loc"])))
        raise ImproperlyConfigured(f"{SETTING}: {where}: {first['msg']}.") from error


def known_keys(*, capabilities: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the keys that the setting may have: capabilities, and their providers by `capability/name`."""
    return sorted(
        {*capabilities, *(f"{key}/{name}" for key, names in capabilities.items() for name in names)}
    )


def unknown_keys(*, capabilities: Mapping[str, frozenset[str]]) -> list[str]:
    """Return the keys of the setting that name no capability and no registered provider."""
    return sorted(set(settings.PROVIDER_LIMITS).difference(known_keys(capabilities=capabilities)))


def _fields_of(key: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ImproperlyConfigured(f"{SETTING}: {key}: expected an object of limits.")
    return value
