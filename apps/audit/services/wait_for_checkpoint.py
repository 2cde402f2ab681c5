# SPDX-License-Identifier: Apache-2.0
"""Wait until a signed tree holds all that a company wrote so far."""

import time
from collections.abc import Callable
from uuid import UUID

from apps.audit.domain.errors import LogMustCoverIt
from apps.audit.selectors.company_leaves import last_entry_id, leaf_index_of
from apps.audit.selectors.signed_tree import newest_size

_PAUSE_SECONDS = 0.5


def wait_for_checkpoint(*, company_id: UUID, seconds: float, say: Callable[[str], None]) -> int:
    """Return the size of the newest checkpoint that covers the company in scope; raises LogMustCoverIt.

    It reads and changes nothing; whoever asks for an archive afterwards is asked for the right to it.
    """
    newest = last_entry_id(company_id=company_id)
    deadline, told = time.monotonic() + seconds, False
    while True:
        size = _covering(company_id, newest) if newest is not None else None
        if size is not None:
            return size
        if time.monotonic() >= deadline:
            return _without_some_witness(company_id, newest, seconds, say)
        if not told:
            say("waiting until the newest leaf is signed …")
            told = True
        time.sleep(min(_PAUSE_SECONDS, max(0.0, deadline - time.monotonic())))


def _covering(company_id: UUID, entry_id: int, *, is_cosigned: bool = True) -> int | None:
    index = leaf_index_of(company_id=company_id, entry_id=entry_id)
    return None if index is None else newest_size(beyond=index, is_cosigned=is_cosigned)


def _without_some_witness(
    company_id: UUID, newest: int | None, seconds: float, say: Callable[[str], None]
) -> int:
    """Take what is signed at least: whether the witnesses that saw it are enough, the verifier decides."""
    size = None if newest is None else _covering(company_id, newest, is_cosigned=False)
    if size is None:
        raise _not_covered(company_id, seconds)
    say("not every witness has cosigned this checkpoint")
    return size


def _not_covered(company_id: UUID, seconds: float) -> LogMustCoverIt:
    return LogMustCoverIt(
        f"Company {company_id}: expected a checkpoint of its newest leaf within {seconds:g} s, got none. "
        "Look whether integrator and signer run; see runbooks/log-does-not-advance.md.",
        evidence={
            "object": str(company_id),
            "expected": seconds,
            "unit": "seconds",
            "remedy": "runbooks/log-does-not-advance.md",
        },
    )
