# SPDX-License-Identifier: Apache-2.0
"""What stands behind the granted functions of the host: one company's data, for one plugin."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class HostBackend(Protocol):
    """Does what was granted already; capabilities are not its business, policies and companies are."""

    def rows(
        self, *, entity: str, fields: Sequence[str], where: Mapping[str, Any], limit: int
    ) -> list[dict[str, Any]]:
        """Return rows of an entity, newest first."""
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

    def keys(self, *, prefix: str) -> list[str]:
        """Return the keys that begin so, in order."""
        ...

    def stored_bytes(self, *, besides: str) -> int:
        """Return the bytes of all keys and texts but those of one key."""
        ...
