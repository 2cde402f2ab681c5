# SPDX-License-Identifier: Apache-2.0
"""Logins to the database that somebody makes for this process and takes back."""

from dataclasses import dataclass
from typing import Protocol

from cortex.confidential import Secret


@dataclass(frozen=True, slots=True)
class DatabaseLogin:
    """A user that lives for `good_for_seconds` from now; connections of its must be closed by then."""

    user: str
    password: Secret
    good_for_seconds: float


class DatabaseLogins(Protocol):
    """Gives logins for an alias of Django's databases, such as `default` or `service`."""

    def login(self, *, alias: str) -> DatabaseLogin:
        """Return a login that works now; raises VaultMustBeReachable when none is kept."""
        ...

    def refused(self, *, alias: str, user: str) -> None:
        """Forget a login that the database refused, so that the next one is another."""
        ...
