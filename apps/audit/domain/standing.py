# SPDX-License-Identifier: Apache-2.0
"""How the log stands, and what of it somebody has to look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

Level = Literal["good", "look", "act"]
WORDS = {"good": "In order", "look": "Look at it", "act": "Act now"}
_ORDER: Sequence[Level] = ("good", "look", "act")
# Trees are signed within seconds; books and log are compared once a day.
LOOK_AFTER, ACT_AFTER = timedelta(minutes=1), timedelta(hours=1)
RECONCILED_WITHIN = timedelta(hours=26)
_LOG, _BOOKS = "log-does-not-advance.md", "books-differ-from-log.md"
_LEAVES, _STANDBYS = "leaves-differ-from-signed-tree.md", "failover-could-lose-leaves.md"
_DENIALS = "denials-differ-from-seals.md"


@dataclass(frozen=True, slots=True)
class WitnessWord:
    """The last cosignature of a witness; none of the newest trees where it was silent for long."""

    name: str
    size: int | None
    cosigned_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastComparison:
    """The last time that a company's books were compared with its leaves; `since` is when there was a first
    reason to.
    """

    company_id: UUID
    company_code: str
    since: datetime
    finished_at: datetime | None
    document_count: int
    difference_count: int
    differences: Sequence[dict[str, Any]] = ()
    object_count: int = 0
    earlier_count: int = 0

    def is_late(self, *, now: datetime) -> bool:
        """Return whether more than a day went by without a comparison."""
        return now - (self.finished_at or self.since) > RECONCILED_WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLogComparison:
    """The last time that the stored leaves were compared with the signed tree."""

    finished_at: datetime
    tree_size: int
    difference_count: int
    differences: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPlatformComparison:
    """The last time that users, clients, policies and the like were compared with the platform's leaves."""

    finished_at: datetime
    object_count: int
    earlier_count: int
    difference_count: int
    differences: Sequence[dict[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDenialComparison:
    """The last time that denials were compared with the seals over them."""

    finished_at: datetime
    denial_count: int
    difference_count: int
    differences: Sequence[dict[str, Any]] = ()
    # Of a company: whether what was stored tells whether it differs, or only that very many do.
    is_known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SealWord:
    """A seal over denials: from when to when, how many, and whether all of it is what its leaf fixed.

    The first of all begins with the first denial. Without a leaf the program never made it.
    """

    ordinal: int
    since: datetime | None
    until: datetime | None
    sealed_at: datetime
    denial_count: int
    is_as_sealed: bool
    leaf_id: UUID | None
    leaf_index: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogStanding:
    """The log at one moment. `backlog` counts leaves without a place, at most `backlog_max` of them.

    Of a company it has that company's comparisons, and nothing of the platform's objects.
    """

    now: datetime
    has_signer: bool
    tree_size: int
    checkpoint_size: int | None
    root: str | None
    signed_at: datetime | None
    cosigned_size: int
    lease_until: datetime | None
    fence: int
    backlog: int
    backlog_max: int
    unsigned_for: timedelta
    uncosigned_for: timedelta
    witnesses: Sequence[WitnessWord] = ()
    comparisons: Sequence[LastComparison] = field(default=())
    log_comparison: LastLogComparison | None = None
    standby_count: int = 0
    are_standbys_awaited: bool = False
    platform_comparison: LastPlatformComparison | None = None
    denial_comparison: LastDenialComparison | None = None
    seals: Sequence[SealWord] = ()
    is_of_company: bool = False

    @property
    def is_integrating(self) -> bool:
        """Return whether a process holds the integrator's lease right now."""
        return self.lease_until is not None and self.lease_until > self.now

    @property
    def checkpoint_age(self) -> timedelta | None:
        """Return how old the newest checkpoint is."""
        return self.now - self.signed_at if self.signed_at else None

    @property
    def findings(self) -> list["Finding"]:
        """Return what was judged, part by part."""
        return [
            *(_signing(self), _cosigning(self), _integrating(self), _replicating(self), _hashing(self)),
            *(_sealing(self), *_comparing(self)),
            *(() if self.is_of_company else (_comparing_platform(self),)),
        ]

    @property
    def worst(self) -> Level:
        """Return the level of the part that needs somebody most."""
        return max((finding.level for finding in self.findings), key=_ORDER.index)

    @property
    def word(self) -> str:
        """Return that level in words."""
        return WORDS[self.worst]


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the log, judged; `runbook` says what to do."""

    part: str
    level: Level
    sentence: str
    runbook: str = _LOG

    @property
    def word(self) -> str:
        """Return the level in words: colours alone tell not everybody."""
        return WORDS[self.level]


def _signing(standing: LogStanding) -> Finding:
    if not standing.has_signer:
        return Finding(
            "Signer", "look", "No signer is configured: leaves are ordered, and nothing is signed."
        )
    if standing.checkpoint_size is None:
        return Finding("Signer", _level(standing.unsigned_for), "No tree is signed yet.")
    waiting = standing.unsigned_for
    if waiting > LOOK_AFTER:
        return Finding("Signer", _level(waiting), f"The oldest unsigned leaf waits for {_words(waiting)}.")
    return Finding("Signer", "good", "Every leaf is in a signed tree, or will be within seconds.")


def _cosigning(standing: LogStanding) -> Finding:
    if not standing.witnesses:
        return Finding("Witnesses", "look", "No witness is configured: nobody outside would notice a loss.")
    waiting = standing.uncosigned_for
    if waiting > LOOK_AFTER:
        silent = [
            word.name for word in standing.witnesses if (word.size or 0) < (standing.checkpoint_size or 0)
        ]
        sentence = (
            f"For {_words(waiting)} not every witness has cosigned; last heard of: {', '.join(silent)}."
        )
        return Finding("Witnesses", _level(waiting), sentence)
    return Finding("Witnesses", "good", "Every witness has cosigned what was signed, or will within seconds.")


def _integrating(standing: LogStanding) -> Finding:
    if standing.backlog and standing.unsigned_for > LOOK_AFTER and not standing.is_integrating:
        sentence = f"{standing.backlog} leaves wait for their place, and no process gives them one."
        return Finding("Integrator", _level(standing.unsigned_for), sentence)
    if standing.backlog and not standing.has_signer and not standing.is_integrating:
        # How long they wait is measured for logs that are signed.
        return Finding("Integrator", "look", f"{standing.backlog} leaves wait for their place.")
    return Finding("Integrator", "good", "Leaves get their place in the log as they come.")


def _replicating(standing: LogStanding) -> Finding:
    if not standing.standby_count:
        return Finding("Standbys", "good", "No standby follows the database, to which it could fail over.")
    if standing.are_standbys_awaited:
        sentence = "Nothing is acknowledged before a standby has it. Fail over to one of those alone."
        return Finding("Standbys", "good", sentence, _STANDBYS)
    count = standing.standby_count
    who = "A standby follows" if count == 1 else f"{count} standbys follow"
    sentence = (
        f"{who} the database, and commits wait for none: a failover can take back trees that were signed."
    )
    return Finding("Standbys", "look", sentence, _STANDBYS)


def _hashing(standing: LogStanding) -> Finding:
    last = standing.log_comparison
    if last is None:
        sentence = "Stored leaves were not compared with the signed tree yet: it is done once a day."
        is_old = any(standing.now - each.since > RECONCILED_WITHIN for each in standing.comparisons)
        is_late = is_old and standing.checkpoint_size is not None
        return Finding("Leaves", "look" if is_late else "good", sentence, _LEAVES)
    if last.difference_count:
        sentence = f"Differences between stored leaves and the signed tree: {last.difference_count}."
        return Finding("Leaves", "act", sentence, _LEAVES)
    if standing.now - last.finished_at > RECONCILED_WITHIN:
        sentence = "Stored leaves were not compared with the signed tree within 26 hours."
        return Finding("Leaves", "look", sentence, _LEAVES)
    sentence = f"All {last.tree_size} leaves were found as they were signed."
    return Finding("Leaves", "good", sentence, _LEAVES)


def _sealing(standing: LogStanding) -> Finding:
    last = standing.denial_comparison
    if last is None:
        is_old = any(standing.now - each.since > RECONCILED_WITHIN for each in standing.comparisons)
        sentence = "Denials were not compared with their seals yet: it is done once a day."
        return Finding("Denials", "look" if is_old else "good", sentence, _DENIALS)
    if last.difference_count:
        sentence = f"Differences between denials and their seals: {last.difference_count}."
        return Finding("Denials", "act", sentence, _DENIALS)
    if not last.is_known:
        sentence = "More differs from the seals than is told by company: ask the platform's administrators."
        return Finding("Denials", "look", sentence, _DENIALS)
    if standing.now - last.finished_at > RECONCILED_WITHIN:
        sentence = "Denials were not compared with their seals within 26 hours."
        return Finding("Denials", "look", sentence, _DENIALS)
    return Finding("Denials", "good", "Every denial was found as it was sealed.", _DENIALS)


def _comparing(standing: LogStanding) -> Iterator[Finding]:
    different = [each for each in standing.comparisons if each.difference_count]
    late = [each for each in standing.comparisons if each.is_late(now=standing.now)]
    for each in different:
        sentence = f"{each.company_code}: differences between books and log: {each.difference_count}."
        yield Finding("Comparison", "act", sentence, _BOOKS)
    if late:
        codes = ", ".join(each.company_code for each in late[:10])
        yield Finding(
            "Comparison", "look", f"Books and log were not compared within 26 hours: {codes}.", _BOOKS
        )
    if not different and not late:
        yield Finding("Comparison", "good", _compared(standing), _BOOKS)


def _comparing_platform(standing: LogStanding) -> Finding:
    last = standing.platform_comparison
    if last is None:
        # A night compares the platform first: where companies' objects were compared, it failed there.
        is_late = any(each.object_count for each in standing.comparisons)
        sentence = "Objects of the platform were not compared with the log yet: it is done once a day."
        return Finding("Platform", "look" if is_late else "good", sentence, _BOOKS)
    if last.difference_count:
        sentence = f"Differences between objects of the platform and log: {last.difference_count}."
        return Finding("Platform", "act", sentence, _BOOKS)
    if standing.now - last.finished_at > RECONCILED_WITHIN:
        sentence = "Objects of the platform were not compared with the log within 26 hours."
        return Finding("Platform", "look", sentence, _BOOKS)
    sentence = f"All {last.object_count} objects of the platform were found as verbs left them."
    if last.earlier_count:
        sentence = f"Objects of the platform are as verbs left them; {_earlier(last.earlier_count)}."
    return Finding("Platform", "good", sentence, _BOOKS)


def _earlier(count: int) -> str:
    return f"{count} are from before leaves said what an object is, and could not be compared"


def _compared(standing: LogStanding) -> str:
    done = sum(each.finished_at is not None for each in standing.comparisons)
    if not done:
        return "Nothing was compared yet: it is done once a day."
    if done < len(standing.comparisons):
        return "Some companies were not compared yet; of the others every document is as posted."
    found = "The last comparison found every document as it was posted"
    earlier = sum(each.earlier_count for each in standing.comparisons)
    if not sum(each.object_count for each in standing.comparisons):
        return f"{found}."
    whole = f"{found}, and all else as verbs left it"
    return f"{whole}; {_earlier(earlier)}." if earlier else f"{whole}."


def _level(waiting: timedelta) -> Level:
    return "act" if waiting > ACT_AFTER else "look" if waiting > LOOK_AFTER else "good"


def _words(waiting: timedelta) -> str:
    minutes = int(waiting.total_seconds() // 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
