# SPDX-License-Identifier: Apache-2.0
"""Export the whole log: every leaf of every company, for whoever verifies all of it."""

from typing import BinaryIO

from apps.audit.adapters.policy_entities import READ_BUNDLES
from apps.audit.domain.archive.container import write_container
from apps.audit.domain.archive.whole_log import log_files
from apps.audit.selectors.bundles import leaf_bodies
from apps.audit.selectors.custody import sealed_statements
from apps.audit.selectors.signed_tree import newest_published, signed_tree
from apps.audit.services.document_evidence import frame_of
from apps.audit.services.leave_export_leaf import leave_export_leaf
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get


def export_log(*, out: BinaryIO, exported_by: Principal, size: int | None = None) -> int:
    """Write the archive as of the checkpoint of this size, or the newest; return the size.

    The leaves hold opaque ids, digests and commitments only, yet who did what in every company. The archive
    of one size is the same, byte for byte, as long as nobody cosigns later.

    Raises: AccessMustBeGranted, LogMustCoverIt, ArchiveMustFit.
    """
    get(Authorizer).require(principal=exported_by, action=READ_BUNDLES, company_id=None)
    found = size or newest_published()
    files = log_files(
        frame=frame_of(signed_tree(size=found)),
        bodies=leaf_bodies(size=found),
        segments=sealed_statements(size=found),
    )
    digest = write_container(out=out, files=files)
    leave_export_leaf(company_id=None, manifest_digest=digest, exported_by=exported_by)
    return found
