# SPDX-License-Identifier: Apache-2.0
"""Export how controls stood and what was denied: the installation's own evidence, of no company's books."""

from typing import BinaryIO

from apps.audit.domain.archive.container import write_container
from apps.audit.domain.archive.earlier import Earlier
from apps.audit.domain.archive.frame import Period
from apps.audit.domain.archive.installation import installation_files
from apps.audit.selectors.signed_tree import newest_published, signed_tree
from apps.audit.services.compliance.assess_period import assess_period, require_reader
from apps.audit.services.denials.tell_denials import require_reader_of_denials, tell_denials
from apps.audit.services.frame_archive import frame_archive
from apps.audit.services.leave_export_leaf import leave_export_leaf
from cortex.ports.principal import Principal


def export_controls(
    *,
    period: Period,
    out: BinaryIO,
    exported_by: Principal,
    size: int | None = None,
    with_denied: bool = False,
    earlier: Earlier | None = None,
) -> int:
    """Write the archive as of the checkpoint of this size, or the newest; return the size.

    The seals over what was denied in all companies and on the platform go along, and with `with_denied` the
    platform's own denials. The same checkpoint and period give the same bytes, as long as no decision is
    forgotten and nobody cosigns later.
    With an earlier tree it proves, too, that the log grew out of that one.
    Raises: AccessMustBeGranted, LogMustCoverIt, ArchiveMustFit, AssessmentResultsMustBeValid,
    EarlierTreeMustNotBeLarger, EarlierTreeMustBeOfThisLog, LogMustContinueEarlierTree.
    """
    require_reader(company_id=None, read_by=exported_by)
    if with_denied:
        require_reader_of_denials(company_id=None, read_by=exported_by)
    found = size or newest_published()
    frame = frame_archive(tree=signed_tree(size=found), earlier=earlier)
    told = assess_period(frame=frame, period=period, company_id=None, read_by=exported_by)
    denials = tell_denials(
        frame=frame, period=period, company_id=None, with_denied=with_denied, read_by=exported_by
    )
    files = installation_files(frame=frame, period=period, compliance=told, denials=denials)
    digest = write_container(out=out, files=files)
    leave_export_leaf(company_id=None, manifest_digest=digest, exported_by=exported_by)
    return found
