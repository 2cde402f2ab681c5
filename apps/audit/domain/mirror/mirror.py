# SPDX-License-Identifier: Apache-2.0
"""A mirror of the log as services see it, and what keeps it from being one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cortex.errors import CortexError


class MirrorMustAnswer(CortexError):
    """The bucket is away, or refuses; the log goes on, and what is missing is copied later."""

    code = "audit.mirror_must_answer"
    status = 503


class MirrorMustBeLocked(CortexError):
    """A bucket without object lock is a copy that whoever has its key can change."""

    code = "audit.mirror_must_be_locked"
    status = 500


class MirrorMustEqualTheLog(CortexError):
    """What nobody could overwrite is not what stands in the database now."""

    code = "audit.mirror_must_equal_the_log"
    status = 409


class MirrorMustBeConfigured(CortexError):
    """No bucket, or no keys for it."""

    code = "audit.mirror_must_be_configured"
    status = 409


@dataclass(frozen=True, slots=True)
class Copy:
    """One version of an object; `is_deleted` is a marker: it hides those before it, no more."""

    key: str
    version: str
    is_deleted: bool = False


class Mirror(Protocol):
    """Keeps objects that nobody can overwrite or delete until a day."""

    def require_lock(self) -> None:
        """Raise MirrorMustBeLocked where what is put could be deleted, MirrorMustAnswer where it is away."""
        ...

    def put(self, *, key: str, content: bytes, until: datetime) -> None:
        """Keep the content under the key until then; raises MirrorMustAnswer."""
        ...

    def copies(self) -> Iterator[Copy]:
        """Yield every version of every object; raises MirrorMustAnswer."""
        ...

    def read(self, copy: Copy, *, limit: int) -> bytes:
        """Return the first `limit` bytes of a version; raises MirrorMustAnswer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MirrorPlace:
    """A mirror, the name under which its progress is kept, and how long each object is."""

    name: str
    mirror: Mirror
    kept_days: int


class Mirrors(Protocol):
    """Opens the mirror of this installation; keys are asked for each time, so that a rotated one counts."""

    def configured(self) -> MirrorPlace | None:
        """Return it, None where none is.

        Raises: AddressMustBeSafe, MirrorMustBeConfigured, VaultMustBeReachable.
        """
        ...
