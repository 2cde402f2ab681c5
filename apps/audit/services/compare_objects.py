# SPDX-License-Identifier: Apache-2.0
"""Compare what verbs keep with the newest leaves about it, both ways: rows with leaves, leaves with rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from apps.audit.adapters.object_leaves import BEGINNING, Place, objects_of_verb, oldest_leaves
from apps.audit.adapters.settled_objects import Row, leaves_of, settled
from apps.audit.domain.object_comparison import Agreement, StateLeaf, judge
from apps.audit.domain.verb_kinds import OF_STATE
from apps.audit.published import Difference
from cortex.ports.logged_objects import LoggedObject, LoggedObjects, WithoutLeaf, all_logged_objects

BATCH, LEAVES_BATCH, TOLD_MAX = 500, 2_000, 100
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class ComparedObjects:
    """What was found. `earlier_count` are objects without a leaf of the present rule to compare with.

    Differences are counted whole, and told in part.
    """

    object_count: int = 0
    earlier_count: int = 0
    difference_count: int = 0
    differences: list[Difference] = field(default_factory=list)

    def tell(self, difference: Difference) -> None:
        """Count a difference, and keep it where there is room."""
        self.difference_count += 1
        if self.difference_count <= TOLD_MAX:
            self.differences.append(difference)


def compare_objects(*, company_id: UUID | None) -> ComparedObjects:
    """Compare all objects of a company in scope, or of the platform; each batch is its own transaction.

    A kind that cannot be read is a difference by itself: whoever breaks one row must not blind the night.
    """
    found = ComparedObjects()
    kinds = {kind.object_type: kind for kind in all_logged_objects(of_platform=company_id is None)}
    met: dict[str, set[UUID]] = {name: set() for name in kinds}
    for kind in kinds.values():
        with _Told(found, kind.object_type):
            _compare_rows(kind, company_id, found, met[kind.object_type])
    for verb in sorted(OF_STATE):
        with _Told(found, verb):
            _compare_leaves(kinds, company_id, verb, found, met)
    return found


class _Told:
    """Tells that something could not be compared, and lets the rest go on."""

    def __init__(self, found: ComparedObjects, name: str) -> None:
        self._found, self._name = found, name

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> bool:
        """Swallow what is an error of a row, a digest or a statement."""
        if not isinstance(error, Exception):
            return False
        _log.error("objects_not_compared", objects=self._name, exc_info=error)
        self._found.tell(
            Difference(UUID(int=0), self._name, "rows that can be compared", type(error).__name__)
        )
        return True


def _compare_rows(
    kind: LoggedObjects, company_id: UUID | None, found: ComparedObjects, met: set[UUID]
) -> None:
    """Compare each row with its newest leaf; `met` are the objects that have a row."""
    after, more = None, True
    while more:
        batch = kind.rows.after(company_id=company_id, after=after, limit=BATCH)
        more = len(batch) == BATCH
        after = batch[-1].object_id if batch else None
        found.object_count += len(batch)
        met.update(each.object_id for each in batch)
        leaves = leaves_of(kind, company_id, [each.object_id for each in batch])
        doubtful = [each.object_id for each in batch if not _is_clear(kind, each, leaves)]
        pairs = list(settled(kind, company_id, doubtful))
        earlier = _earlier(kind, company_id, [row for _, row, leaf in pairs if row and leaf is None])
        for object_id, row, leaf in pairs:
            if object_id in earlier:
                found.earlier_count += 1
            else:
                _tell(kind, object_id, row, leaf, found)


def _compare_leaves(
    kinds: Mapping[str, LoggedObjects],
    company_id: UUID | None,
    verb: str,
    found: ComparedObjects,
    met: Mapping[str, set[UUID]],
) -> None:
    """Find objects that have leaves and no row; `met` are those that were looked at already, which are not
    read once more for each verb.
    """
    place: Place | None = BEGINNING
    while place is not None:
        named, place = objects_of_verb(company_id=company_id, verb=verb, behind=place, limit=LEAVES_BATCH)
        for object_type in sorted({name for name, _ in named} & kinds.keys()):
            kind, known = kinds[object_type], met[object_type]
            ids = sorted({object_id for name, object_id in named if name == object_type} - known)
            if not ids:
                continue
            there = {each.object_id for each in kind.rows.of_objects(company_id=company_id, object_ids=ids)}
            known.update(ids)
            gone = [object_id for object_id in ids if object_id not in there]
            for object_id, row, leaf in settled(kind, company_id, gone):
                if row is None:
                    _tell(kind, object_id, row, leaf, found)


def _tell(
    kind: LoggedObjects, object_id: UUID, row: Row, leaf: StateLeaf | None, found: ComparedObjects
) -> None:
    judged = judge(
        object_type=kind.object_type,
        object_id=object_id,
        digest=None if row is None else row.digest,
        leaf=leaf,
    )
    if judged is Agreement.EARLIER:
        found.earlier_count += row is not None
    elif isinstance(judged, Difference) and not _is_as_it_should(kind, row, leaf):
        found.tell(judged)


def _is_as_it_should(kind: LoggedObjects, row: Row, leaf: StateLeaf | None) -> bool:
    """Return whether the kind explains a row without a leaf, or a leaf without a row."""
    if leaf is None:
        return row is not None and row.without_leaf is WithoutLeaf.FITS
    return row is None and (not kind.is_kept or (leaf.digest is not None and kind.was_removed(leaf.digest)))


def _earlier(kind: LoggedObjects, company_id: UUID | None, without_leaf: Sequence[LoggedObject]) -> set[UUID]:
    """Return those of the objects that have no leaf since they are of a version that left none of them.

    What a row says of its age is not asked, for whoever wrote the row wrote that as well: the first leaf
    of what it was made with tells.
    """
    made_with = sorted({each.made_with for each in without_leaf if each.made_with})
    older = _from_before(kind, company_id, made_with) if made_with else set()
    return {
        each.object_id
        for each in without_leaf
        if (each.made_with in older if each.made_with else each.without_leaf is WithoutLeaf.EARLIER)
    }


def _from_before(kind: LoggedObjects, company_id: UUID | None, made_with: Sequence[UUID]) -> set[UUID]:
    """Return those whose first leaf says nothing of what was before it, as leaves once were."""
    first = oldest_leaves(company_id=company_id, object_type=kind.made_with_type, object_ids=made_with)
    return {object_id for object_id, leaf in first.items() if not leaf.tells_before}


def _is_clear(kind: LoggedObjects, row: LoggedObject, leaves: Mapping[UUID, StateLeaf]) -> bool:
    """Return whether there is nothing to ask about a row: of one without a leaf, whether it is earlier."""
    leaf = leaves.get(row.object_id)
    if leaf is None and row.made_with is not None:
        return False
    judged = judge(object_type=kind.object_type, object_id=row.object_id, digest=row.digest, leaf=leaf)
    return judged is Agreement.EQUAL
