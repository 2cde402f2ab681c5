# SPDX-License-Identifier: Apache-2.0
"""The one question of access control: may this principal do this here, to this?"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, Protocol
from uuid import UUID

from cortex.errors import CortexError
from cortex.ports.principal import Principal

# What would turn a no into a yes: a second person's consent, a credential given again, a TLS certificate.
Need = Literal["approval", "step_up", "certificate"]


class AccessMustBeGranted(CortexError):
    """The principal may not do this here."""

    code = "policy.access_must_be_granted"
    status = 403


class ApprovalMustComeFirst(AccessMustBeGranted):
    """The principal may do this once a second person agrees: it can be proposed."""

    code = "policy.approval_must_come_first"


class StepUpMustComeFirst(AccessMustBeGranted):
    """The principal may do this after giving a second factor again."""

    code = "policy.step_up_must_come_first"


class CertificateMustBeShown(AccessMustBeGranted):
    """The principal may do this over a connection that carries its certificate."""

    code = "policy.certificate_must_be_shown"


@dataclass(frozen=True, slots=True)
class Resource:
    """What an action is about, as policies see it, such as `Accounting::JournalEntry`.

    `attributes` are given for what does not exist yet (the draft of an entry); None lets the loader that the
    context registered for the type read them. Values: bool, int, str, lists of them, and Resource for a
    reference to another entity.
    """

    type: str
    id: str
    attributes: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer and why; anything but a clear yes is a no.

    `needs` is not empty where the answer would be yes after that. `policy_ids` are the policies that decided,
    of the policy version with number `version` (0: the policies that the program brings along), whose text
    has the SHA-256 `text_digest`; that is empty where no policy was asked.
    """

    is_allowed: bool
    reason: str
    needs: frozenset[Need] = frozenset()
    policy_ids: tuple[str, ...] = ()
    version: int = 0
    text_digest: str = ""


class Authorizer(Protocol):
    """Deny by default. Without a `resource` the action is asked for the company, or the platform, itself."""

    def decide(
        self, *, principal: Principal, action: str, company_id: UUID | None, resource: Resource | None = None
    ) -> Decision:
        """Answer without raising and without a record: for pages that offer only what would work."""
        ...

    def require(
        self, *, principal: Principal, action: str, company_id: UUID | None, resource: Resource | None = None
    ) -> None:
        """Decide, record the decision, and raise AccessMustBeGranted or what it needs unless it is a yes."""
        ...

    def refuse(
        self,
        *,
        principal: Principal,
        action: str,
        company_id: UUID | None,
        resource: Resource | None = None,
        reason: str,
        remedy: str | None = None,
    ) -> NoReturn:
        """Record a no, and raise AccessMustBeGranted or what it needs: for doors that `decide` keeps shut.

        `reason` is told where no policy refuses, and the door does. Nobody else raises AccessMustBeGranted.
        """
        ...


@dataclass(frozen=True, slots=True)
class Consent:
    """A second person's yes to one action in one company. Whoever carries it out acts as the proposer."""

    proposal_id: UUID
    action: str
    company_id: UUID | None
    given_by: Principal


_consent: ContextVar[Consent | None] = ContextVar("consent_of_a_second_person", default=None)


@contextmanager
def consented(consent: Consent) -> Iterator[None]:
    """Let the consent count for its own action and company in this block; approvals alone call this."""
    token = _consent.set(consent)
    try:
        yield
    finally:
        _consent.reset(token)


def running_consent() -> Consent | None:
    """Return the consent under which work is carried out now, or None: for the trail that it leaves."""
    return _consent.get()


def consent_to(*, action: str, company_id: UUID | None) -> Consent | None:
    """Return the consent that covers this action here, or None."""
    consent = _consent.get()
    if consent is None or (consent.action, consent.company_id) != (action, company_id):
        return None
    return consent
