# SPDX-License-Identifier: Apache-2.0
"""What is asked of an installed plugin, and by whom."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from apps.plugins.domain import call_errors

EVENT, JOB, ENDPOINT, VALIDATOR = "event", "job", "endpoint", "validator"
# So many in a row, and it is called no more until a person has looked.
FAILURES_MAX = 5
# What counts against a plugin: its own errors and bounds, not what the host could not do.
FAULTS = frozenset(
    each.code
    for each in call_errors.PluginCallFailed.__subclasses__()
    if each not in (call_errors.HostMustAnswer, call_errors.RequestMustFit)
)


@dataclass(frozen=True, slots=True)
class AskedCall:
    """One call: `user_id` is the person it acts for, `within` the scopes of a token that asked for it.

    `hops` are the calls of plugins behind the event that made it run; with `only_reads` nothing is changed.
    """

    handler: str
    trigger: str
    trigger_id: str
    given: Any
    user_id: UUID
    within: frozenset[str] | None = None
    hops: int = 0
    only_reads: bool = False
