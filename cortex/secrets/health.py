# SPDX-License-Identifier: Apache-2.0
"""How the keepers of secrets are, for probes."""

from collections.abc import Callable, Mapping

import structlog

from cortex.errors import CortexError

_log = structlog.get_logger(__name__)


class SecretsHealth:
    """Knows a check for each keeper of this installation; a check raises what is wrong."""

    def __init__(self) -> None:
        self._checks: dict[str, Callable[[], None]] = {}

    def watch(self, name: str, check: Callable[[], None]) -> None:
        """Add a keeper."""
        self._checks[name] = check

    def check_of(self, name: str) -> Callable[[], None]:
        """Return the check of a keeper; one that has none is always well."""
        return self._checks.get(name, lambda: None)

    def parts(self) -> Mapping[str, bool]:
        """Ask each keeper and return whether it answers."""
        return {name: _is_well(name, check) for name, check in self._checks.items()}


def _is_well(name: str, check: Callable[[], None]) -> bool:
    try:
        check()
    except CortexError:
        return False
    except Exception as error:  # noqa: BLE001 - a keeper that ails in a new way must not take readiness with it
        # The kind alone: the words of foreign errors may hold secrets.
        _log.error("secrets_check_failed", keeper=name, kind=type(error).__name__)
        return False
    return True
