# SPDX-License-Identifier: Apache-2.0
"""Verbs that wait for a second person: rooms register their kinds, and propose by this port."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar
from uuid import UUID

from cortex.errors import CortexError
from cortex.ports.principal import Principal

R = TypeVar("R")
# What is asked for, as plain JSON: the whole of it, since it is carried out days later by another process.
Content = Mapping[str, Any]
LASTS = timedelta(days=14)
# The roles that enter amounts. Others have no limit, and lift none: who only looks has nothing to enter.
LIMITED_ROLES = ("clerk", "accountant", "controller", "service")


class ApprovalKindMustBeKnown(CortexError):
    """No function is registered for a kind of proposal: a wiring mistake."""

    code = "approvals.kind_must_be_known"
    status = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A proposal as people read it: in the inbox, in mail and at the console.

    `lines` say all that decides, one fact each. `amount_minor` is what policies compare with limits, in
    minor units of `currency`; `object_id` is None for what does not exist before it is carried out.
    """

    title: str
    lines: Sequence[str]
    object_type: str
    object_id: UUID | None = None
    amount_minor: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Performed:
    """What carrying out a proposal led to."""

    object_type: str
    object_id: UUID


Perform = Callable[[UUID | None, Principal, Content], Performed]
Describe = Callable[[UUID | None, Content], Description]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalKind:
    """One kind of proposal.

    `action` is what the second person consents to. `perform(company_id, proposer, content)` calls the very
    service that was refused, in the proposer's name; it asks for the proposer's rights again.
    """

    name: str
    title: str
    action: str
    perform: Perform
    describe: Describe
    lasts: timedelta = LASTS


_kinds: dict[str, ApprovalKind] = {}


def approval_kind(
    name: str, *, title: str, action: str, perform: Perform, describe: Describe, lasts: timedelta = LASTS
) -> ApprovalKind:
    """Register a kind; call it in `AppConfig.ready` or in a module that is loaded there."""
    kind = ApprovalKind(
        name=name, title=title, action=action, perform=perform, describe=describe, lasts=lasts
    )
    _kinds[name] = kind
    return kind


def kind_named(name: str) -> ApprovalKind:
    """Return the kind; raises ApprovalKindMustBeKnown."""
    kind = _kinds.get(name)
    if kind is None:
        raise ApprovalKindMustBeKnown(
            f"Approval kind {name}: expected a registered kind, got none. Register it with approval_kind.",
            evidence={"object": "approval kind", "got": name, "expected": sorted(_kinds)},
        )
    return kind


def all_kinds() -> list[ApprovalKind]:
    """Return every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]


@dataclass(frozen=True, slots=True)
class ProposalRef:
    """A proposal that waits: its id, its title, and the SHA-256 (hex) of what is asked for."""

    id: UUID
    title: str
    digest: str


class Approvals(Protocol):
    """Takes proposals; who decides them does so in the inbox."""

    def propose(
        self, *, kind: str, company_id: UUID | None, proposed_by: Principal, content: Content
    ) -> ProposalRef:
        """Store the proposal in the running transaction, after a rehearsal that undoes itself.

        Raises: ApprovalKindMustBeKnown, AccessMustBeGranted, and what carrying it out would raise now.
        """
        ...

    def rehearse(self, *, action: str, company_id: UUID, principal: Principal, work: Callable[[], R]) -> R:
        """Do the work as if a second person had agreed to the action, undo it, and return what came of it."""
        ...


class ApprovalRules(Protocol):
    """From when on a second person is needed, as the company's people have set it."""

    def entry_limit_minor(
        self, *, company_id: UUID, user_id: UUID | None, roles: frozenset[str]
    ) -> int | None:
        """Return what somebody with these roles may enter alone, in minor units; None for any amount."""
        ...

    def requires_second_person(self, *, company_id: UUID) -> bool:
        """Return whether dangerous verbs of this company need a second person."""
        ...
