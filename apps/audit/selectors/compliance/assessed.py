# SPDX-License-Identifier: Apache-2.0
"""What was found in a period, as a signed tree knew it: later runs, packs and exceptions change nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from apps.audit.domain.archive.container import ArchiveMustFit
from apps.audit.domain.compliance.assessment import AssessedRun, Assessment
from apps.audit.domain.compliance.by_hand import Performed, records_for
from apps.audit.domain.compliance.run_document import CHAINED, KeptResult, KeptRun
from apps.audit.models import CheckResult, CheckRun, CompliancePack, ControlException, ExceptionEnd
from apps.audit.selectors.compliance.results import granted_by

# Two packs find some 500 a day: a quarter fits. Longer periods are several archives.
RESULTS_MAX = 60_000
# Where a period has no first day.
BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The instants between which something was found, both included."""

    start: datetime
    end: datetime


def chosen_runs(*, logged: Mapping[UUID, int], bounds: Bounds) -> list[CheckRun]:
    """Return the runs that tell of the period, of those that stand in the log at the places given.

    They are those that began in it, the one before the first of each pack, and those with the newest
    result of a check that was not run in it: what was seen before it may still count at its end.
    """
    rows = [row for row in CheckRun.objects.filter(format__in=CHAINED) if row.id in logged]
    rows.sort(key=lambda row: logged[row.id])
    names = dict(CompliancePack.objects.values_list("id", "name"))
    chosen = _last_seen(rows, bounds)
    for name in set(names.values()):
        own = [row for row in rows if names[row.pack_id] == name]
        chosen |= {row.id for row in stretch(own, bounds=bounds)}
    return [row for row in rows if row.id in chosen]


def stretch(runs: Sequence[CheckRun], *, bounds: Bounds) -> Sequence[CheckRun]:
    """Return the runs of the period and whatever stands between them in the log, with the one before.

    Around midnight a run may end after one that began later: the chain is that of the log, without a gap.
    """
    begun = [place for place, run in enumerate(runs) if run.started_at <= bounds.end]
    inside = [place for place in begun if runs[place].started_at >= bounds.start]
    return runs[max(inside[0] - 1, 0) : begun[-1] + 1] if inside else ()


def _last_seen(known: Sequence[CheckRun], bounds: Bounds) -> set[UUID]:
    """Return the runs with the newest result of each check of each version before the period."""
    before = [row.id for row in known if row.started_at < bounds.start]
    rows = CheckResult.objects.filter(run__in=before, checked_at__lte=bounds.end)
    rows = rows.order_by("run__pack_id", "check_id", "-checked_at", "-id")
    rows = rows.distinct("run__pack_id", "check_id")
    return set(rows.values_list("run_id", flat=True))


def assessments_of(
    *,
    packs: Iterable[CompliancePack],
    runs: Sequence[CheckRun],
    logged: Mapping[UUID, int],
    exceptions: Sequence[ControlException],
    ends: Mapping[UUID, ExceptionEnd],
    performed: Sequence[Performed],
    replaced_at: Mapping[UUID, datetime],
    bounds: Bounds,
) -> list[Assessment]:
    """Return one for each version of a pack, by name and version; raises ArchiveMustFit.

    `replaced_at` says when versions stopped to count, where that was before the end.
    """
    results, start = _results(runs), _start(runs, bounds)
    made = []
    for row in sorted(packs, key=lambda each: (each.name, each.pack.order)):
        own = [run for run in runs if run.pack_id == row.id]
        made.append(
            Assessment(
                pack=row.pack,
                pack_id=row.id,
                note=row.note,
                runs=[_assessed(run, row, results[run.id], logged[run.id]) for run in own],
                exceptions=[
                    granted_by(each, end=ends.get(each.id))
                    for each in exceptions
                    if each.pack_name == row.name
                ],
                start=start,
                end=_end(own, replaced_at.get(row.id), bounds),
                performed=records_for(row.pack, performed),
            )
        )
    return made


def _end(runs: Sequence[CheckRun], replaced_at: datetime | None, bounds: Bounds) -> datetime:
    """Return when a version is judged: once replaced, as it stood when the next one came.

    A run may have begun while the next one was being approved; nothing is judged before what tells of it.
    """
    if replaced_at is None:
        return bounds.end
    return min(bounds.end, max([replaced_at, *(run.started_at for run in runs)]))


def _start(runs: Sequence[CheckRun], bounds: Bounds) -> datetime:
    begun = bounds.start
    if begun == BEGINNING:
        begun = min((run.started_at for run in runs), default=bounds.end)
    return min(begun, bounds.end)


def _results(runs: Sequence[CheckRun]) -> dict[UUID, list[CheckResult]]:
    rows = list(CheckResult.objects.filter(run__in=[run.id for run in runs])[: RESULTS_MAX + 1])
    if len(rows) > RESULTS_MAX:
        raise ArchiveMustFit(
            f"Archive: expected at most {RESULTS_MAX} results of checks, got more. Export a shorter period.",
            evidence={"object": "archive", "expected": RESULTS_MAX, "remedy": "export a shorter period"},
        )
    found: dict[UUID, list[CheckResult]] = {run.id: [] for run in runs}
    for row in rows:
        found[row.run_id].append(row)
    return found


def _assessed(
    run: CheckRun, pack: CompliancePack, results: Sequence[CheckResult], leaf_index: int
) -> AssessedRun:
    kept = KeptRun(
        id=run.id,
        pack_name=pack.name,
        pack_version=pack.version,
        pack_digest=pack.digest,
        previous=run.previous_digest,
        started_at=run.started_at,
        finished_at=run.finished_at,
        results=[_kept(row) for row in results],
        register=run.register,
    )
    return AssessedRun(kept=kept, leaf_index=leaf_index)


def _kept(row: CheckResult) -> KeptResult:
    return KeptResult(
        check_id=row.check_id,
        probe=row.probe,
        status=row.status,
        reason=row.reason,
        evidence=row.evidence,
        digest=row.evidence_digest,
        checked_at=row.checked_at,
    )
