# SPDX-License-Identifier: Apache-2.0
"""People and parties whom rooms keep texts about: how a room shows them, and erases what it may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from cortex.ports.principal import Principal

# The verb as all rooms know it: each asks for it before it erases, and the second person consents to it.
ERASE_SUBJECT = "audit.subject.erase"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectFile:
    """All that a room keeps about a subject: rows of plain JSON in named sections.

    `actors` are the names under which the log knows what the subject did itself, such as `user:0193…`.
    """

    title: str
    sections: Mapping[str, Sequence[Mapping[str, Any]]]
    actors: Sequence[str] = ()


class Objects(Protocol):
    """How a room finds what speaks of a subject."""

    def __call__(self, *, company_id: UUID, subject_id: UUID) -> Sequence[UUID]:
        """Return the ids of the objects whose texts speak of the subject, beside its own."""
        ...


class Read(Protocol):
    """How a room shows a subject."""

    def __call__(self, *, company_id: UUID, subject_id: UUID, reader: Principal) -> SubjectFile | None:
        """Return all that is kept, or None for nothing.

        It raises where the reader may not see all of it: an incomplete answer would be a false one.
        """
        ...


class Erase(Protocol):
    """How a room erases a subject."""

    def __call__(self, *, company_id: UUID, subject_id: UUID, erased_by: Principal) -> Mapping[str, int]:
        """Erase it in the running transaction; return how many rows went, by their kind."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectKind:
    """One kind of subject, such as `accounting.party`."""

    name: str
    title: str
    objects: Objects
    read: Read
    erase: Erase


_kinds: dict[str, SubjectKind] = {}


def subject_kind(kind: SubjectKind) -> None:
    """Register a kind; call it in `AppConfig.ready`."""
    _kinds[kind.name] = kind


def all_subject_kinds() -> list[SubjectKind]:
    """Return every kind, by name."""
    return [_kinds[name] for name in sorted(_kinds)]
