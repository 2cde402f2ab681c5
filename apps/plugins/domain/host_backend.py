# SPDX-License-Identifier: Apache-2.0
"""What stands behind the granted functions of the host: one company's data, for one plugin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from apps.plugins.domain.http_request import HttpAnswer, HttpRequest


class Comparison(StrEnum):
    """How a field is compared; the value ends a condition's name in a request."""

    EQUAL = ""
    FROM = "_from"
    TO = "_to"


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on a field: equal to a value, at least that, or below it."""

    field: str
    comparison: Comparison
    value: str | int

    @property
    def name(self) -> str:
        """Return its name in a request."""
        return f"{self.field}{self.comparison}"


class HostBackend(Protocol):
    """Does what was granted already; capabilities are not its business, policies and companies are."""

    def rows(
        self, *, entity: str, fields: Sequence[str], where: Sequence[Condition], limit: int, within_ms: int
    ) -> list[dict[str, Any]]:
        """Return rows of an entity, newest first; a query gets no longer than `within_ms`, at least 1."""
        ...

    def emit(self, *, event: str, data: Mapping[str, Any]) -> None:
        """Publish an event when the call has ended well."""
        ...

    def read(self, *, key: str) -> str | None:
        """Return a stored JSON text."""
        ...

    def write(self, *, key: str, text: str | None) -> None:
        """Keep a JSON text when the call has ended well; None removes it."""
        ...

    def keys(self, *, prefix: str, after: str, limit: int) -> list[str]:
        """Return the first of the keys that begin so and are greater than `after`, in order."""
        ...

    def stored_bytes(self, *, besides: str) -> int:
        """Return the bytes of all keys and texts but those of one key.

        It is asked at each write: keep a sum rather than read all texts.
        """
        ...

    def propose(self, *, entity: str, verb: str, content: Mapping[str, Any], within_ms: int) -> str:
        """Propose it to the company's people when the call has ended well; return the proposal's title.

        What could not be carried out now is refused at once.
        """
        ...

    def send(self, *, request: HttpRequest, within_ms: int) -> HttpAnswer:
        """Send the request with the secrets that it names, and return what came back."""
        ...
