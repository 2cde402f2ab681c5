# SPDX-License-Identifier: Apache-2.0
"""Read subjects, versions and schemas that a principal sees; of others it learns as of what is not there.

Soft-deleted versions are seen only by those who ask for them.
"""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, QuerySet

from cortex.database.transactions import transactional
from cortex.ports.principal import Principal
from cortex.schemas.candidates import Candidate
from cortex.schemas.closure import stored_candidate
from cortex.schemas.errors import (
    ConfigMustExist,
    SchemaMustExist,
    SubjectMustExist,
    VersionMustBeWellFormed,
    VersionMustExist,
)
from cortex.schemas.models import Content, Setting, Version
from cortex.schemas.visibility import visible_subjects, visible_versions

LATEST = "latest"
_VERSION_MAX = 2**31 - 1


@transactional
def subject_names(
    *, seen_by: Principal, prefix: str = "", with_deleted: bool = False, only_deleted: bool = False
) -> list[str]:
    """Return the names of subjects that hold a version, in order."""
    versions = _seen(Version.objects.filter(subject=OuterRef("pk")), with_deleted or only_deleted)
    subjects = visible_subjects(seen_by=seen_by).filter(Exists(versions), name__startswith=prefix)
    if only_deleted:
        subjects = subjects.exclude(Exists(Version.objects.filter(subject=OuterRef("pk"), deleted_at=None)))
    return list(subjects.order_by("name").values_list("name", flat=True))


@transactional
def version_numbers(
    *, subject: str, seen_by: Principal, with_deleted: bool = False, only_deleted: bool = False
) -> list[int]:
    """Return the numbers of a subject's versions; raises SubjectMustExist when there are none."""
    versions = _seen(_versions(subject, seen_by), with_deleted or only_deleted)
    if only_deleted:
        versions = versions.exclude(deleted_at=None)
    numbers = list(versions.order_by("number").values_list("number", flat=True))
    if not numbers:
        raise subject_must_exist(subject)
    return numbers


@transactional
def version_of(
    *, subject: str, version: str | int, seen_by: Principal, with_deleted: bool = False
) -> Version:
    """Return a version by its number, or the latest.

    Raises: VersionMustBeWellFormed, SubjectMustExist, VersionMustExist.
    """
    number = parsed_version(version)
    versions = _seen(_versions(subject, seen_by), with_deleted)
    found = versions.order_by("-number") if number is None else versions.filter(number=number)
    row = found.select_related("subject", "content").first()
    if row is not None:
        return row
    if number is None or not versions.exists():
        raise subject_must_exist(subject)
    raise VersionMustExist(
        f"Subject {subject[:80]}, version {number}: expected a version, got none.",
        evidence={"object": "version", "got": number},
    )


@transactional
def find_version(
    *, subject: str, wanted: Candidate, seen_by: Principal, normalize: bool, with_deleted: bool = False
) -> Version:
    """Return the version of a subject that holds this schema; raises SubjectMustExist, SchemaMustExist."""
    versions = _seen(_versions(subject, seen_by), with_deleted)
    if not versions.exists():
        raise subject_must_exist(subject)
    found = holding(versions, wanted, normalize=normalize).order_by("-number").first()
    if found is None:
        raise SchemaMustExist(
            f"Subject {subject[:80]}: expected a version with this schema, got none.",
            evidence={"object": "schema", "got": subject[:80]},
        )
    return found


@transactional
def content_of(*, schema_id: int, seen_by: Principal) -> Content:
    """Return a schema by its id, as long as a version in sight holds it; raises SchemaMustExist."""
    held = visible_versions(seen_by=seen_by).filter(content=OuterRef("pk"))
    found = Content.objects.filter(Exists(held), pk=schema_id).first() if _is_id(schema_id) else None
    if found is None:
        raise SchemaMustExist(
            f"Schema {schema_id}: expected a schema of this id, got none.",
            evidence={"object": "schema", "got": schema_id},
        )
    return found


@transactional
def versions_holding(*, schema_id: int, seen_by: Principal, with_deleted: bool = False) -> list[Version]:
    """Return the versions that hold this schema; raises SchemaMustExist."""
    content = content_of(schema_id=schema_id, seen_by=seen_by)
    versions = _seen(
        visible_versions(seen_by=seen_by).filter(content=content).select_related("subject"), with_deleted
    )
    return list(versions.order_by("subject__name", "number"))


@transactional
def referring_ids(*, subject: str, version: str | int, seen_by: Principal) -> list[int]:
    """Return the ids of the schemas in sight that refer to this version."""
    found = version_of(subject=subject, version=version, seen_by=seen_by, with_deleted=True)
    held = visible_versions(seen_by=seen_by).filter(content=OuterRef("pk"))
    return sorted(set(referring_contents([found]).filter(Exists(held)).values_list("pk", flat=True)))


@transactional
def candidate_of(content: Content) -> Candidate:
    """Return stored content as it was handed in."""
    return stored_candidate(content)


@transactional
def compatibility_of(*, subject: str | None, seen_by: Principal, falls_back: bool = True) -> str:
    """Return the mode of a subject, or the one for all; raises ConfigMustExist when it may not fall back."""
    if subject is not None:
        subjects = visible_subjects(seen_by=seen_by).filter(name=subject)
        own = subjects.values_list("compatibility", flat=True).first()
        if own is not None:
            return own
        if not falls_back:
            raise ConfigMustExist(
                f"Subject {subject[:80]}: expected a compatibility mode of its own, got none.",
                evidence={"object": "compatibility", "got": subject[:80]},
            )
    return Setting.objects.values_list("compatibility", flat=True).get(pk=1)


def holding(versions: QuerySet[Version], wanted: Candidate, *, normalize: bool) -> QuerySet[Version]:
    """Return those of the versions that hold the schema, word for word or but for the order of keys."""
    rows = versions.select_related("subject", "content")
    if normalize:
        return rows.filter(content__normalized_digest=wanted.normalized_digest)
    return rows.filter(content__digest=wanted.digest)


def referring_contents(versions: Sequence[Version]) -> QuerySet[Content]:
    """Return the schemas that refer to one of the versions and are themselves held by a version."""
    held = Version.objects.filter(content=OuterRef("pk"))
    return Content.objects.filter(Exists(held), references__version__in=versions)


def parsed_version(version: str | int) -> int | None:
    """Return the number, None for the latest; raises VersionMustBeWellFormed."""
    text = str(version)
    if text in (LATEST, "-1"):
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 10 and 0 < int(text) <= _VERSION_MAX):
        raise VersionMustBeWellFormed(
            f"Version {text[:40]}: expected a number from 1 to {_VERSION_MAX}, or latest.",
            evidence={"object": "version", "got": text[:40]},
        )
    return int(text)


def subject_must_exist(subject: str) -> SubjectMustExist:
    """Return the refusal of an unknown subject."""
    return SubjectMustExist(
        f"Subject {subject[:80]}: expected a subject of this name, got none.",
        evidence={"object": "subject", "got": subject[:80]},
    )


def _versions(subject: str, principal: Principal) -> QuerySet[Version]:
    return visible_versions(seen_by=principal).filter(subject__name=subject)


def _seen(versions: QuerySet[Version], with_deleted: bool) -> QuerySet[Version]:
    return versions if with_deleted else versions.filter(deleted_at=None)


def _is_id(schema_id: int) -> bool:
    return 0 < schema_id <= _VERSION_MAX
