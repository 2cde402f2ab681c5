# SPDX-License-Identifier: Apache-2.0
"""Any verb can wait for a second person: its arguments are kept as JSON, and given to it again on approval.

A room wraps a service once; doors call the wrapped one, and hand what must wait to `propose_wish`. What is
part of a larger verb calls the service itself: half a verb is not proposed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from inspect import Signature, signature
from typing import Any, ParamSpec, TypeVar, get_type_hints
from uuid import UUID

from pydantic import TypeAdapter

from cortex.ports.approvals import (
    Approvals,
    Content,
    Description,
    Performed,
    ProposalRef,
    approval_kind,
)
from cortex.ports.authorizer import ApprovalMustComeFirst
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.stored_arguments import adapter_of, as_json, as_words

P = ParamSpec("P")
R = TypeVar("R")
COMPANY = "company_id"
_actions: set[str] = set()


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked for and may do once a second person agrees."""

    kind: str
    company_id: UUID | None
    proposed_by: Principal
    content: Content


class VerbMustWait(ApprovalMustComeFirst):
    """The verb needs a second person, and can be proposed as it was called. The door does so, or refuses."""

    def __init__(self, refused: ApprovalMustComeFirst, *, wish: Wish) -> None:
        super().__init__(refused.message, evidence=refused.evidence)
        self.wish = wish


def lets_wait(
    kind: str,
    *,
    title: str,
    action: str,
    by: str,
    about: tuple[str, str],
    find: Callable[[Mapping[str, Any]], UUID] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a service one that can wait under this kind of proposal, for the action that it asks for.

    `by` names the argument that says who acts, `about` the type of the object and the argument that names it;
    `find` returns the object's id where that argument is no UUID. All arguments are told to the second
    person: a verb that takes a secret, or answers with one, cannot wait.
    """

    def wrapped(service: Callable[P, R]) -> Callable[P, R]:
        verb = _Verb(kind, title, by, about, find, service, signature(service), _adapters(service, by))
        approval_kind(kind, title=title, action=action, perform=verb.perform, describe=verb.describe)
        _actions.add(action)

        @wraps(service)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return service(*args, **kwargs)
            except ApprovalMustComeFirst as refused:
                # Another action that the verb asks for as well is not what would be consented to.
                if isinstance(refused, VerbMustWait) or refused.evidence.get("object") != action:
                    raise
                raise VerbMustWait(refused, wish=verb.wish(kwargs)) from refused

        return call

    return wrapped


def can_wait(action: str) -> bool:
    """Return whether verbs of this action wait as they were called, so that doors need not refuse them."""
    return action in _actions


def propose_wish(waits: VerbMustWait) -> ProposalRef:
    """Propose what must wait, after the transaction of the verb was undone; raises what proposing raises."""
    wish = waits.wish
    return get(Approvals).propose(
        kind=wish.kind, company_id=wish.company_id, proposed_by=wish.proposed_by, content=wish.content
    )


@dataclass(frozen=True)
class _Verb:
    kind: str
    title: str
    by: str
    about: tuple[str, str]
    find: Callable[[Mapping[str, Any]], UUID] | None
    service: Callable[..., Any]
    signature: Signature
    adapters: Mapping[str, TypeAdapter[Any]]

    def wish(self, given: Mapping[str, Any]) -> Wish:
        """Return the call as a proposal keeps it, with what was left to its defaults."""
        bound = self.signature.bind(**given)
        bound.apply_defaults()
        content = {name: as_json(bound.arguments[name]) for name in self.adapters}
        return Wish(self.kind, bound.arguments.get(COMPANY), bound.arguments[self.by], content)

    def perform(self, company_id: UUID | None, proposer: Principal, content: Content) -> Performed:
        """Call the very service in the proposer's name, with the arguments of then."""
        given = self._given(content)
        home = {COMPANY: company_id} if COMPANY in self.signature.parameters else {}
        result = self.service(**home, **given, **{self.by: proposer})
        return Performed(self.about[0], self._object_id(given, result) or company_id or UUID(int=0))

    def describe(self, company_id: UUID | None, content: Content) -> Description:
        """Say every argument in a line of its own."""
        given = self._given(content)
        told = [
            f"{_label(name)}: {as_words(name, value)}"
            for name, value in given.items()
            # What was left out is as it always is, and decides nothing.
            if value != self.signature.parameters[name].default
        ]
        named = as_words(self.about[1], given[self.about[1]]) if self.about[1] in given else ""
        return Description(
            title=f"{self.title}: {named}" if named else self.title,
            lines=told or [self.title],
            object_type=self.about[0],
            object_id=self._named_id(given),
        )

    def _given(self, content: Content) -> dict[str, Any]:
        return {name: adapter.validate_python(content[name]) for name, adapter in self.adapters.items()}

    def _named_id(self, given: Mapping[str, Any]) -> UUID | None:
        if self.find is not None:
            return self.find(given)
        named = given.get(self.about[1])
        return named if isinstance(named, UUID) else None

    def _object_id(self, given: Mapping[str, Any], result: Any) -> UUID | None:
        """Return the id of what was made, or else of what the call named; many at once are the company's."""
        made = result[0] if isinstance(result, tuple) else result
        for found in (made, getattr(made, "id", None), self._named_id(given)):
            if isinstance(found, UUID):
                return found
        return None


def _adapters(service: Callable[..., Any], by: str) -> dict[str, TypeAdapter[Any]]:
    """Return how each argument but the company and the actor is read back, by its annotation."""
    hints = get_type_hints(service)
    return {
        name: adapter_of(hints[name]) for name in signature(service).parameters if name not in (COMPANY, by)
    }


def _label(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ").capitalize()
