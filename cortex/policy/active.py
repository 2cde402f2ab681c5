# SPDX-License-Identifier: Apache-2.0
"""The policies in force in this process; a process notices another version within a second.

A version that cannot be used lets nobody do anything, except the console put another one in force.
"""

import time
from threading import Lock

from django.db import DatabaseError, InterfaceError, connection

from cortex.policy.engine import PolicyEngine
from cortex.policy.fitted import Fitted, fitted
from cortex.policy.packaged import VERSION, packaged_now, packaged_text
from cortex.policy.recorded_texts import is_recorded

SECONDS_BETWEEN_LOOKS = 1.0


class ActivePolicies:
    """Remembers the engine of the version in force, and looks for another one once a second."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._engines: dict[int, Fitted] = {}
        self._number = VERSION
        self._looked_at: float | None = None

    def engine(self) -> PolicyEngine:
        """Return the engine of the version in force."""
        now = time.monotonic()
        if self._looked_at is None or now - self._looked_at >= SECONDS_BETWEEN_LOOKS:
            self._number = self._found()
            self._looked_at = now
        return self._fitted_of(self._number).engine

    def fitted(self) -> Fitted:
        """Return how the version in force fits this release."""
        self.engine()
        return self._fitted_of(self._number)

    def _found(self) -> int:
        try:
            return _number_in_force()
        except DatabaseError:
            # A transaction that failed answers nothing more; whoever has never looked must fail.
            if self._looked_at is None:
                raise
            return self._number

    def _fitted_of(self, number: int) -> Fitted:
        with self._lock:
            if number not in self._engines:
                # Two at most: the one in force and the one before it.
                self._engines = dict(list(self._engines.items())[-1:])
                self._engines[number] = _made(number)
            return self._engines[number]

    def look_again(self) -> None:
        """Look at the next question: another version was put in force.

        Texts are read anew as well. No verb changes one, but a database that was restored meanwhile may have
        another one under the same number.
        """
        with self._lock:
            self._looked_at, self._engines = None, {}

    def settle(self, *, number: int) -> None:
        """Take this version for the one in force until the next look."""
        self._number, self._looked_at = number, time.monotonic()


def active_engine() -> PolicyEngine:
    """Return the engine of the version in force."""
    return ACTIVE.engine()


def fit_in_force() -> Fitted:
    """Return how the version in force fits this release, for whoever watches over it."""
    return ACTIVE.fitted()


def policies_fit() -> bool:
    """Return whether the version in force decides as it is written, by a text that is kept.

    Without a database nobody can tell.
    """
    try:
        found = fit_in_force()
        return found.fit == "whole" and is_kept(found.engine)
    except (DatabaseError, InterfaceError):
        return True


def is_kept(engine: PolicyEngine) -> bool:
    """Return whether the text of the version is kept: that of a release is once it was recorded.

    With what it could speak of: an action that is declared anew can fall under the same text.
    """
    return engine.version != VERSION or is_recorded(packaged_now())


def _number_in_force() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(version.number, 0) FROM policy_activation AS activation"
            " LEFT JOIN policy_version AS version ON version.id = activation.version_id"
            " ORDER BY activation.id DESC LIMIT 1"
        )
        row = cursor.fetchone()
    return row[0] if row else VERSION


def _made(number: int) -> Fitted:
    if number == VERSION:
        return Fitted(PolicyEngine(packaged_text(), version=VERSION), "whole")
    return fitted(_text_of(number), version=number)


def _text_of(number: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM policy_version WHERE number = %s", [number])
        (text,) = cursor.fetchone()
    return str(text)


ACTIVE = ActivePolicies()
