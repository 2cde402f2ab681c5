# SPDX-License-Identifier: Apache-2.0
"""Tell what was denied in a period as files of an archive; who may see it is asked before."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from uuid import UUID

from apps.audit.adapters.tree.tiles import read_stored_tile
from apps.audit.domain.archive.container import ArchiveFile
from apps.audit.domain.archive.denial_section import SealedDenials, denial_files
from apps.audit.domain.archive.frame import Frame, Period
from apps.audit.domain.denials.seal import unpacked
from apps.audit.domain.denials.told import ToldSeal, ends_of_chains, in_groups, is_of, readable, told_seal
from apps.audit.domain.merkle.hashes import leaf_hash
from apps.audit.selectors.compliance.logged import platform_leaves
from apps.audit.selectors.denials import denials_told
from apps.audit.selectors.told_seals import lists_of, seals_in_tree, statements_of
from cortex.database.service_role import service_transaction
from cortex.policy.policy_actions import READ_DECISIONS, READ_PLATFORM_DECISIONS
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get

TILES_KEPT = 1_000


def require_reader_of_denials(*, company_id: UUID | None, read_by: Principal) -> None:
    """Refuse whoever may not see what was decided; raises AccessMustBeGranted."""
    action = READ_PLATFORM_DECISIONS if company_id is None else READ_DECISIONS
    get(Authorizer).require(principal=read_by, action=action, company_id=company_id)


def tell_denials(
    *, frame: Frame, period: Period, company_id: UUID | None, with_denied: bool, read_by: Principal
) -> Iterator[ArchiveFile]:
    """Return the files; a seal goes along whole or not at all, and so does each denial.

    Without a company: the seals over all of them and the platform, and the platform's own denials.
    Raises: AccessMustBeGranted.
    """
    if with_denied:
        require_reader_of_denials(company_id=company_id, read_by=read_by)
    seals = _seals(company_id, frame.size, period)
    if not seals:
        return iter(())
    ends = ends_of_chains(seals) if company_id is None else []
    sealed = SealedDenials(
        statements=lambda: _statements(seals),
        hashes=lambda: _hashes(seals),
        denied=(lambda: _denied(company_id, seals)) if with_denied else None,
        leaves=platform_leaves(leaf_ids=[each.leaf_id for each in ends]),
    )
    # Proofs of one tree share most of their hashes, and a tile's hashes never change.
    return denial_files(frame=frame, sealed=sealed, read=lru_cache(TILES_KEPT)(read_stored_tile))


def _seals(company_id: UUID | None, size: int, period: Period) -> list[ToldSeal]:
    """Return what is told: where a seal was broken, the verifier misses it and says so."""
    found, last = list[ToldSeal](), -1
    for group in in_groups(seals_in_tree(company_id=company_id, size=size)):
        lists = lists_of(seal_ids=[each.id for each in group])
        for logged in group:
            seal = readable(
                company_id=company_id,
                ordinal=logged.ordinal,
                statement=logged.statement,
                stored=lists.get(logged.id, b""),
            )
            if seal is not None and logged.ordinal > last and is_of(period, seal):
                last = logged.ordinal
                found.append(
                    told_seal(
                        leaf_index=logged.leaf_index, leaf_id=logged.leaf_id, seal_id=logged.id, seal=seal
                    )
                )
    return found


def _statements(seals: Sequence[ToldSeal]) -> Iterator[bytes]:
    for group in in_groups(seals):
        stored = statements_of(seal_ids=[seal.id for seal in group])
        yield from (stored[seal.id] for seal in group)


def _hashes(seals: Sequence[ToldSeal]) -> Iterator[bytes]:
    for group in in_groups(seals):
        stored = lists_of(seal_ids=[seal.id for seal in group])
        yield from (b"".join(each.hash for each in unpacked(stored[seal.id])) for seal in group)


def _denied(company_id: UUID | None, seals: Sequence[ToldSeal]) -> Iterator[bytes]:
    """Yield each denial that is still what was sealed; the rest has its hash and is counted."""
    for group in in_groups(seals):
        stored = lists_of(seal_ids=[seal.id for seal in group])
        denials = [denial for seal in group for denial in unpacked(stored[seal.id])]
        with service_transaction() as cursor:
            ids = [denial.id for denial in denials]
            told = denials_told(cursor=cursor, company_id=company_id, decision_ids=ids)
        for denial in denials:
            document = told.get(denial.id)
            if document is not None and leaf_hash(document) == denial.hash:
                yield document
