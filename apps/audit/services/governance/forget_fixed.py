# SPDX-License-Identifier: Apache-2.0
"""Let rooms delete what they keep for a fixed time; one that fails keeps no other waiting."""

from collections.abc import Sequence

import structlog

from cortex.ports.principal import Principal
from cortex.ports.retention import Forgotten, all_retained

_log = structlog.get_logger(__name__)


def forget_fixed(*, forgotten_by: Principal) -> tuple[dict[str, Forgotten], Sequence[str]]:
    """Return what became of each such kind of data, and the kinds in which it failed."""
    forgotten: dict[str, Forgotten] = {}
    failed: list[str] = []
    for kind in all_retained():
        if kind.forget is None:
            continue
        try:
            forgotten[kind.name] = kind.forget(forgotten_by=forgotten_by)
        except Exception as error:  # noqa: BLE001 - one kind that fails must not keep all others waiting
            _log.error("retention_failed", data=kind.name, exc_info=error)
            failed.append(kind.name)
    return forgotten, failed
