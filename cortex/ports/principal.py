# SPDX-License-Identifier: Apache-2.0
"""Who acts: a person, an OAuth2 client, a plugin or a service of our own, and how it proved who it is."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Self
from uuid import UUID

# Values of `amr` that only somebody with a second factor can bring. Source: RFC 8176 section 2.
SECOND_FACTORS = frozenset({"otp", "hwk", "swk", "mfa"})

# The method of whoever has the machine: a password would prove nothing more.
CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Authentication:
    """How the actor proved who it is.

    `methods` are the names of RFC 8176 (`pwd`, `otp`, `hwk`, …). `at` is the last time the person gave a
    credential, in any step of this session, and `factor_at` the last time that it was a second factor;
    `certificate` the SPIFFE id of the TLS peer that brought the request, such as `spiffe://cortex/worker`.
    All of them are None or empty where they are not known, which no policy takes for a proof.
    """

    methods: frozenset[str] = frozenset()
    at: datetime | None = None
    certificate: str | None = None
    factor_at: datetime | None = None

    @property
    def has_second_factor(self) -> bool:
        """Return whether more than a password stands behind the session."""
        return bool(self.methods & SECOND_FACTORS)


@dataclass(frozen=True, slots=True)
class Principal:
    """The actor of a verb. `scopes` is None where no token limits what may be done.

    `granted` is what a plugin was installed with, one text for each verb on an entity; others have none.
    """

    kind: Literal["user", "client", "service", "plugin"]
    id: str
    user_id: UUID | None = None
    scopes: frozenset[str] | None = None
    # A client that a person let act in their name, with the person's roles and no more.
    acts_for_person: bool = False
    # The SPIFFE id that a client has to show, as its terms say; None where they ask for none.
    bound_to: str | None = field(default=None, compare=False)
    granted: frozenset[str] = frozenset()
    # How it proved itself says nothing about who it is.
    authentication: Authentication = field(default=Authentication(), compare=False)

    @property
    def urn(self) -> str:
        """Return the opaque name under which the audit log knows this actor, such as `user:0193…`."""
        if self.acts_for_person:
            # Two persons behind one client are two actors: in the log, in limits, in idempotency keys.
            return f"{self.kind}:{self.id}:user:{self.user_id}"
        return f"{self.kind}:{self.id}"

    @classmethod
    def person(cls, user_id: UUID) -> Self:
        """Return a person of whom nothing is known but who it is: no session, no token."""
        return cls(kind="user", id=str(user_id), user_id=user_id)

    @classmethod
    def service(cls, name: str) -> Self:
        """Return a service of our own, such as the console or the scheduler."""
        return cls(kind="service", id=name)

    @classmethod
    def plugin(
        cls, *, plugin_id: str, user_id: UUID, scopes: frozenset[str], granted: frozenset[str]
    ) -> Self:
        """Return a plugin that acts on behalf of a person, with their roles and within its grants."""
        return cls(
            kind="plugin",
            id=plugin_id,
            user_id=user_id,
            scopes=scopes,
            acts_for_person=True,
            granted=granted,
        )


def program_behind(urn: str) -> str | None:
    """Return the id of the program that acted under this name, for itself or for a person; else None."""
    kind, _, name = urn.partition(":")
    if kind != "client":
        return None
    program, acted_for, _ = name.rpartition(":user:")
    return program if acted_for else name


def plugin_behind(urn: str) -> str | None:
    """Return the id of the plugin that acted under this name, always for a person; else None."""
    kind, _, name = urn.partition(":")
    return name.rpartition(":user:")[0] if kind == "plugin" else None


def person_behind(urn: str) -> str | None:
    """Return the id of the person who acted under this name, themselves or through a program; else None.

    A plugin is asked for by somebody, so that whoever is behind it entered what it enters.
    """
    kind, _, name = urn.partition(":")
    if kind in ("client", "plugin"):
        _, acted_for, name = name.rpartition(":user:")
        return name if acted_for else None
    return name if kind == "user" else None
