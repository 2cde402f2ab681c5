# SPDX-License-Identifier: Apache-2.0
"""Tell what was found in a period as files of an archive, to whoever may see how controls stand."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID

from apps.audit.adapters.oscal.validation import require_valid
from apps.audit.adapters.policy_entities import (
    APPROVE_PACK,
    END_EXCEPTION,
    EXCEPT_CONTROL,
    READ_COMPLIANCE,
    RECORD_PROCEDURE,
    RUN_CHECKS,
)
from apps.audit.adapters.tree.tiles import read_stored_tile
from apps.audit.domain.archive.compliance_section import Compliance, compliance_files
from apps.audit.domain.archive.container import ArchiveFile
from apps.audit.domain.archive.frame import Frame, Period
from apps.audit.domain.compliance.assessment import Assessment
from apps.audit.domain.compliance.register import REGISTERED
from apps.audit.selectors.company_leaves import logged_objects
from apps.audit.selectors.compliance.assessed import BEGINNING, Bounds, assessments_of, chosen_runs
from apps.audit.selectors.compliance.by_hand import early_ends, performed_told
from apps.audit.selectors.compliance.logged import Logged, logged_on_platform, platform_leaves
from apps.audit.selectors.compliance.told import (
    approved_packs,
    exceptions_told,
    packs_told,
    point_in_time,
    replacements,
)
from cortex.access_reviews.actions import COMPLETE, COMPLETE_PLATFORM, READ, READ_PLATFORM
from cortex.access_reviews.selectors import results_signed
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

# What was done for the installation and proves itself by its leaf alone: the verb says what came of it.
ALONE = ("backups.backup.taken", "backups.restore.verified", "backups.restore.differed")
TILES_KEPT = 1_000
_VERBS = (
    RUN_CHECKS,
    APPROVE_PACK,
    EXCEPT_CONTROL,
    END_EXCEPTION,
    RECORD_PROCEDURE,
    COMPLETE_PLATFORM,
    *ALONE,
)


@transactional
def assess_period(
    *, frame: Frame, period: Period, company_id: UUID | None, read_by: Principal
) -> list[ArchiveFile]:
    """Return the files in their order; with a company, evidence that may name what is others' stays out.

    Raises: AccessMustBeGranted, ArchiveMustFit, AssessmentResultsMustBeValid.
    """
    require_reader(company_id=company_id, read_by=read_by)
    logged = logged_on_platform(verbs=_VERBS, size=frame.size)
    runs = _places(logged, RUN_CHECKS)
    as_of = point_in_time(size=frame.size, runs=runs)
    bounds = _bounds(period, as_of)
    assessments = _assessments(logged, runs, bounds)
    reviews = _reviews(logged, bounds, company_id=company_id, size=frame.size)
    compliance = Compliance(
        company_id=company_id,
        assessments=assessments,
        leaves=platform_leaves(leaf_ids=_told(logged, assessments, set(reviews), bounds)),
        records={f"compliance/reviews/{name}.json": result for name, result in reviews.items()},
        as_of=as_of,
        registered=_registered(logged),
    )
    oscal = {
        f"{each.pack.name}-{each.pack.version}": compliance.results(each, frame=frame) for each in assessments
    }
    for document in oscal.values():
        require_valid(document)
    # Proofs of one tree share most of their hashes, and a tile's hashes never change.
    read = lru_cache(TILES_KEPT)(read_stored_tile)
    return compliance_files(frame=frame, compliance=compliance, oscal=oscal, read=read)


def require_reader(*, company_id: UUID | None, read_by: Principal) -> None:
    """Refuse whoever may not see all that is told; raises AccessMustBeGranted."""
    get(Authorizer).require(principal=read_by, action=READ_COMPLIANCE, company_id=None)
    reviews = READ_PLATFORM if company_id is None else READ
    get(Authorizer).require(principal=read_by, action=reviews, company_id=company_id)


def _bounds(period: Period, as_of: datetime) -> Bounds:
    """Return the period's instants in UTC; nothing that was found after the signature belongs to it."""
    start = datetime.combine(period.from_date, time(), UTC) if period.from_date else BEGINNING
    if period.to_date is None:
        return Bounds(start, as_of)
    last = datetime.combine(period.to_date, time(), UTC) + timedelta(days=1) - timedelta(microseconds=1)
    return Bounds(start, min(last, as_of))


def _assessments(logged: Sequence[Logged], places: Mapping[UUID, int], bounds: Bounds) -> list[Assessment]:
    runs = chosen_runs(logged=places, bounds=bounds)
    approved = approved_packs(approved=_places(logged, APPROVE_PACK), bounds=bounds)
    ends = early_ends(logged=_places(logged, END_EXCEPTION), end=bounds.end)
    excepted = _places(logged, EXCEPT_CONTROL)
    recorded = _places(logged, RECORD_PROCEDURE)
    return assessments_of(
        packs=packs_told(approved=approved, runs=runs),
        runs=runs,
        logged=places,
        exceptions=exceptions_told(logged=excepted, ends=ends, bounds=bounds),
        ends=ends,
        performed=performed_told(logged=recorded, start=bounds.start, end=bounds.end),
        replaced_at=replacements(approved),
        bounds=bounds,
    )


def _places(logged: Sequence[Logged], verb: str) -> dict[UUID, int]:
    return {each.object_id: each.leaf_index for each in logged if each.verb == verb}


def _reviews(
    logged: Sequence[Logged], bounds: Bounds, *, company_id: UUID | None, size: int
) -> dict[UUID, bytes]:
    """Return the results of access reviews: a company's own, or those of the platform, never both."""
    found = results_signed(company_id=company_id, since=bounds.start, until=bounds.end)
    if company_id is None:
        known = {each.object_id for each in logged if each.verb == COMPLETE_PLATFORM}
    else:
        known = logged_objects(company_id=company_id, verb=COMPLETE, size=size)
    return {review_id: result for review_id, result in found.items() if review_id in known}


def _registered(logged: Sequence[Logged]) -> list[bytes]:
    leaves = platform_leaves(leaf_ids=[each.leaf_id for each in logged if each.verb in REGISTERED])
    return [leaf.body for leaf in leaves]


def _told(
    logged: Sequence[Logged], assessments: Sequence[Assessment], reviews: set[UUID], bounds: Bounds
) -> list[UUID]:
    """Return the leaves that fix what is told, and those that tell by themselves."""
    things = reviews | {each.pack_id for each in assessments}
    things |= {run.kept.id for each in assessments for run in each.runs}
    for each in assessments:
        things |= {granted.id for granted in each.exceptions}
        things |= {granted.ended.id for granted in each.exceptions if granted.ended is not None}
        things |= {performed.id for performed in each.performed}
    return [
        each.leaf_id
        for each in logged
        if each.object_id in things or (each.verb in ALONE and bounds.start <= each.recorded_at <= bounds.end)
    ]
