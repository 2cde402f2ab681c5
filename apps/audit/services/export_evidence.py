# SPDX-License-Identifier: Apache-2.0
"""Export evidence: archives that prove books, or one document of them, to whoever trusts nobody."""

from typing import BinaryIO
from uuid import UUID

import orjson

from apps.audit.adapters.policy_entities import EXPORT
from apps.audit.adapters.tree.tiles import read_stored_tile
from apps.audit.domain.archive.container import ArchiveFile, write_container
from apps.audit.domain.archive.earlier import Earlier
from apps.audit.domain.archive.frame import DocumentFile, Period
from apps.audit.domain.archive.one_company import CompanyLeaves, company_files
from apps.audit.published import PostedDocuments
from apps.audit.selectors.company_leaves import company_bodies
from apps.audit.selectors.posted_in_period import documents_of, openings_behind
from apps.audit.selectors.signed_tree import NewestHeads, SignedTree, newest_heads, signed_tree
from apps.audit.services.compliance.assess_period import assess_period
from apps.audit.services.denials.tell_denials import tell_denials
from apps.audit.services.document_evidence import write_document
from apps.audit.services.frame_archive import frame_archive
from apps.audit.services.leave_export_leaf import leave_export_leaf
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def export_company(
    *,
    company_id: UUID,
    size: int,
    period: Period,
    out: BinaryIO,
    exported_by: Principal,
    with_compliance: bool = False,
    with_denied: bool = False,
    earlier: Earlier | None = None,
) -> None:
    """Write the archive of a company in scope, as of the checkpoint of this size.

    How controls stood goes along where it is asked for by whoever may see it; evidence of checks that names
    anything of other companies stays out. Seals over what was denied in the period always go along, the
    denials themselves where they are asked for by whoever may see decisions. The same checkpoint and period
    give the same bytes, as long as nothing is erased or forgotten and nobody cosigns later. With an earlier
    tree it proves, too, that the log grew out of that one.
    Raises: AccessMustBeGranted, WholeBooksMustBeVisible, LogMustCoverIt, ArchiveMustFit,
    EarlierTreeMustNotBeLarger, EarlierTreeMustBeOfThisLog, LogMustContinueEarlierTree.
    """
    _require(company_id, exported_by)
    tree = signed_tree(size=size)
    frame, told = frame_archive(tree=tree, earlier=earlier), list[ArchiveFile]()
    if with_compliance:
        told = assess_period(frame=frame, period=period, company_id=company_id, read_by=exported_by)
    denials = tell_denials(
        frame=frame, period=period, company_id=company_id, with_denied=with_denied, read_by=exported_by
    )
    leaves = _leaves(company_id, tree, newest_heads(company_id=company_id, size=size))
    documents = documents_of(company_id=company_id, bodies=leaves.bodies(), period=period)
    files = company_files(
        frame=frame,
        leaves=leaves,
        read=read_stored_tile,
        period=period,
        documents=[DocumentFile(get(PostedDocuments).object_type, documents)],
        openings=openings_behind(
            company_id=company_id, bodies=leaves.bodies(), period=period, with_details=True
        ),
        compliance=told,
        denials=denials,
    )
    digest = write_container(out=out, files=files)
    leave_export_leaf(company_id=company_id, manifest_digest=digest, exported_by=exported_by)


def export_document(
    *,
    company_id: UUID,
    object_id: UUID,
    size: int,
    out: BinaryIO,
    exported_by: Principal,
    earlier: Earlier | None = None,
) -> None:
    """Write the archive of one document of a company in scope: all that was done to it up to this size.

    With an earlier tree it proves, too, that the log grew out of that one.
    Raises: AccessMustBeGranted, WholeBooksMustBeVisible, LogMustCoverIt,
    EarlierTreeMustNotBeLarger, EarlierTreeMustBeOfThisLog, LogMustContinueEarlierTree.
    """
    _require(company_id, exported_by)
    digest = write_document(company_id=company_id, object_id=object_id, size=size, out=out, earlier=earlier)
    leave_export_leaf(company_id=company_id, manifest_digest=digest, exported_by=exported_by)


def _require(company_id: UUID, exported_by: Principal) -> None:
    get(Authorizer).require(principal=exported_by, action=EXPORT, company_id=company_id)
    # What a policy hides on every page does not leave by the archive.
    get(PostedDocuments).require_whole(company_id=company_id, reader=exported_by)


def _leaves(company_id: UUID, tree: SignedTree, heads: NewestHeads) -> CompanyLeaves:
    count: int = orjson.loads(heads.own)["head"]["count"]
    return CompanyLeaves(
        company_id=company_id,
        bodies=lambda: company_bodies(company_id=company_id, count=count),
        head=heads.own,
        head_hashes=heads.hashes,
        place=heads.place,
        last_body=tree.last_body,
    )
