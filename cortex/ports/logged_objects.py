# SPDX-License-Identifier: Apache-2.0
"""Objects whose verbs write digests of their state into leaves: rooms say how they are read again."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol
from uuid import UUID


class WithoutLeaf(Enum):
    """What a row is that has no leaf at all. Whoever inserts rows past the program makes such ones."""

    DIFFERS = "a verb would have left a leaf of it"
    FITS = "it is just as the program itself makes it, and no verb has touched it"
    EARLIER = "it may be from before there were leaves of it, and nothing depends on it any more"


@dataclass(frozen=True, slots=True)
class LoggedObject:
    """An object as its row is now, with the digest that its verbs would write of it, None of nothing.

    `made_with` is the object with which it was made, where older versions left a leaf of that one alone.
    """

    object_id: UUID
    digest: str | None
    made_with: UUID | None = None
    without_leaf: WithoutLeaf = WithoutLeaf.DIFFERS


class LoggedRows(Protocol):
    """How a room shows objects of one kind; every company in scope, read only.

    Without a company they are the platform's.
    """

    def after(self, *, company_id: UUID | None, after: UUID | None, limit: int) -> Sequence[LoggedObject]:
        """Return the objects behind that id, in the order of their ids; fewer than asked for at the end."""
        ...

    def of_objects(self, *, company_id: UUID | None, object_ids: Sequence[UUID]) -> Sequence[LoggedObject]:
        """Return those of the objects that are there."""
        ...


class WasRemoved(Protocol):
    """How a kind tells a removal whose leaf has a digest, of what is left, from a row that is missing."""

    def __call__(self, digest: str) -> bool:
        """Return whether a leaf with this digest says that the object was taken away."""
        ...


def _never(digest: str) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedObjects:
    """One kind of objects; leaves name them by `object_type`, those of the platform without a company.

    `is_kept` is false where the program deletes rows whose time is over. `made_with_type` is the type of what
    `made_with` names: the object is older than its leaves where the first leaf of that one is.
    """

    object_type: str
    rows: LoggedRows
    is_platforms: bool = False
    is_kept: bool = True
    made_with_type: str = ""
    was_removed: WasRemoved = _never


_kinds: dict[tuple[str, bool], LoggedObjects] = {}


def logged_objects(*kinds: LoggedObjects) -> None:
    """Register kinds of objects; call it in `AppConfig.ready`."""
    _kinds.update({(kind.object_type, kind.is_platforms): kind for kind in kinds})


def all_logged_objects(*, of_platform: bool) -> list[LoggedObjects]:
    """Return every kind of companies, or of the platform, by its type."""
    return [_kinds[key] for key in sorted(_kinds) if key[1] is of_platform]
