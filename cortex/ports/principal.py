# SPDX-License-Identifier: Apache-2.0
"""Who acts: a person, an OAuth2 client or a service of our own."""

from dataclasses import dataclass
from typing import Literal, Self
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Principal:
    """The actor of a verb. `scopes` is None where no token limits what may be done."""

    kind: Literal["user", "client", "service"]
    id: str
    user_id: UUID | None = None
    scopes: frozenset[str] | None = None

    @property
    def urn(self) -> str:
        """Return the opaque name under which the audit log knows this actor, such as `user:0193…`."""
        return f"{self.kind}:{self.id}"

    @classmethod
    def service(cls, name: str) -> Self:
        """Return a service of our own, such as the console or the scheduler."""
        return cls(kind="service", id=name)
