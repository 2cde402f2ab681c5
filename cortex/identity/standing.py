# SPDX-License-Identifier: Apache-2.0
"""Who belongs where, as one request, task or command has read it.

Whoever asks for access asks several times on the way to one entry, and every page asks for each of its
links. The rows behind the answers are read once for each scope, and again after a second: long work must
notice that a role has ended. The next request reads anew. A scope that changed a membership remembers
nothing any more, since what it reads next may yet be undone.
"""

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

R = TypeVar("R")
AGE_SECONDS_MAX = 1.0


class Standing:
    """What one scope knows of users and companies, by what was asked."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[float, Any]] = {}
        self._remembers = True

    def recalled(self, subject: Hashable, *, read: Callable[[], R]) -> R:
        """Return what was read of the subject less than a second ago, or read it now."""
        now = time.monotonic()
        read_at, answer = self._known.get(subject, (None, None))
        if read_at is not None and now - read_at < AGE_SECONDS_MAX:
            return answer  # type: ignore[return-value] # one subject is read in one way
        answer = read()
        if self._remembers:
            self._known[subject] = (now, answer)
        return answer

    def forget(self) -> None:
        """Read every time from now on."""
        self._remembers = False
        self._known.clear()
