# SPDX-License-Identifier: Apache-2.0
"""Delete versions: softly, so that what was written can still be read, and then for good."""

from collections.abc import Sequence

from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.schemas.actions import DELETE
from cortex.schemas.candidates import require_subject_name
from cortex.schemas.digests import subject_digest
from cortex.schemas.errors import (
    SchemaMustNotBeReferenced,
    SubjectMustBeDeletedFirst,
    SubjectMustNotBeDeletedTwice,
    VersionMustBeDeletedFirst,
    VersionMustNotBeDeletedTwice,
)
from cortex.schemas.locks import lock_registry
from cortex.schemas.models import Reference, Subject, Version
from cortex.schemas.reserved import require_open_subject
from cortex.schemas.rights import require_right
from cortex.schemas.selectors import parsed_version, referring_contents, subject_must_exist, version_of
from cortex.schemas.trail import leave_leaf
from cortex.schemas.visibility import require_writable


@transactional
def delete_subject(*, subject: str, deleted_by: Principal, permanently: bool = False) -> list[int]:
    """Delete every version of a subject; return their numbers. Its own mode goes with a soft delete.

    Raises: SubjectMustExist, SubjectMustNotBeDeletedTwice, SubjectMustBeDeletedFirst,
    SubjectMustBeYours, SchemaMustNotBeReferenced, AccessMustBeGranted.
    """
    _enter(subject, deleted_by)
    versions = list(Version.objects.filter(subject__name=subject).order_by("number"))
    if not versions:
        raise subject_must_exist(subject)
    live = [version for version in versions if version.deleted_at is None]
    if permanently and live:
        raise SubjectMustBeDeletedFirst(
            f"Subject {subject[:80]}: expected it to be deleted softly first.",
            evidence={"object": "subject", "got": subject[:80], "remedy": "delete it without permanent"},
        )
    if not permanently and not live:
        raise SubjectMustNotBeDeletedTwice(
            f"Subject {subject[:80]}: it is deleted already. Delete it with permanent=true to remove it.",
            evidence={"object": "subject", "got": subject[:80], "remedy": "permanent=true"},
        )
    before = subject_digest(name=subject)
    Subject.objects.filter(name=subject).update(compatibility=None)
    numbers = _delete(versions if permanently else live, subject, permanently)
    _leave_leaf(subject, before, deleted_by)
    return numbers


@transactional
def delete_version(
    *, subject: str, version: str | int, deleted_by: Principal, permanently: bool = False
) -> int:
    """Delete one version; return its number.

    Raises: as `delete_subject`, with VersionMustExist, VersionMustNotBeDeletedTwice,
    VersionMustBeDeletedFirst.
    """
    _enter(subject, deleted_by)
    with_deleted = parsed_version(version) is not None or permanently
    found = version_of(subject=subject, version=version, seen_by=deleted_by, with_deleted=with_deleted)
    what = f"Subject {subject[:80]}, version {found.number}"
    evidence = {"object": "version", "got": found.number}
    if permanently and found.deleted_at is None:
        raise VersionMustBeDeletedFirst(f"{what}: expected it to be deleted softly first.", evidence=evidence)
    if not permanently and found.deleted_at is not None:
        raise VersionMustNotBeDeletedTwice(f"{what}: it is deleted already.", evidence=evidence)
    before = subject_digest(name=subject)
    number = _delete([found], subject, permanently)[0]
    _leave_leaf(subject, before, deleted_by)
    return number


def _enter(subject: str, principal: Principal) -> None:
    require_right(principal=principal, action=DELETE)
    require_subject_name(subject)
    require_open_subject(subject=subject, principal=principal)
    lock_registry()
    require_writable(subject=subject, principal=principal, action=DELETE)


def _delete(versions: Sequence[Version], subject: str, permanently: bool) -> list[int]:
    _require_no_reference(versions, subject)
    ids, numbers = [version.pk for version in versions], [version.number for version in versions]
    if permanently:
        # What no version will hold any more refers to nothing, and keeps nobody else from being deleted.
        contents = _only_here({version.content_id for version in versions}, versions)
        Reference.objects.filter(content__in=contents).delete()
        Version.objects.filter(pk__in=ids).delete()
    else:
        Version.objects.filter(pk__in=ids).update(deleted_at=get(Clock).now())
    return numbers


def _leave_leaf(subject: str, before: str | None, principal: Principal) -> None:
    leave_leaf(verb=DELETE, subject=Subject.objects.get(name=subject), before=before, actor=principal)


def _require_no_reference(versions: Sequence[Version], subject: str) -> None:
    # Those that go in the same breath do not count.
    own = {version.content_id for version in versions}
    referring: set[int] = set(referring_contents(versions).values_list("pk", flat=True)) - _only_here(
        own, versions
    )
    if referring:
        raise SchemaMustNotBeReferenced(
            f"Subject {subject[:80]}: the schemas {', '.join(map(str, sorted(referring)[:20]))} refer to it.",
            evidence={"object": "subject", "got": sorted(referring)[:20], "remedy": "delete these first"},
        )


def _only_here(contents: set[int], versions: Sequence[Version]) -> set[int]:
    elsewhere = Version.objects.filter(content__in=contents).exclude(
        pk__in=[version.pk for version in versions]
    )
    return contents - set(elsewhere.values_list("content_id", flat=True))
