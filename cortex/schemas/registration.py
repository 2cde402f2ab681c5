# SPDX-License-Identifier: Apache-2.0
"""Register a schema as the next version of a subject, if the versions before it allow it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from cortex.database.transactions import transactional
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.schemas.actions import READ, REGISTER
from cortex.schemas.candidates import Candidate, require_subject_name
from cortex.schemas.closure import read_source, read_stored_source, referred_version
from cortex.schemas.digests import subject_digest
from cortex.schemas.effort import Effort
from cortex.schemas.errors import RegistryError, SchemaMustBeCompatible, SchemaMustNotBeTooLarge
from cortex.schemas.languages import reading_fails_because, require_valid
from cortex.schemas.locks import lock_registry
from cortex.schemas.models import Compatibility, Content, Reference, Version
from cortex.schemas.reserved import require_open_subject
from cortex.schemas.rights import require_right
from cortex.schemas.selectors import (
    compatibility_of,
    holding,
    parsed_version,
    subject_must_exist,
    version_of,
)
from cortex.schemas.source import Source
from cortex.schemas.trail import leave_leaf
from cortex.schemas.visibility import require_writable, subject_for, visible_versions

VERSIONS_MAX = 500


@dataclass(frozen=True, slots=True)
class Registered:
    """A version and whether it is new."""

    version: Version
    is_new: bool


@transactional
def register_schema(
    *, subject: str, wanted: Candidate, registered_by: Principal, normalize: bool = False
) -> Registered:
    """Return the version that holds the schema, registering it when there is none.

    Raises: SchemaMustBeCompatible, SchemaMustBeValid, SchemaMustNotBeTooLarge, SubjectMustBeWellFormed,
    SubjectMustBeOpen, SubjectMustBeYours, AccessMustBeGranted.
    """
    require_right(principal=registered_by, action=REGISTER)
    require_subject_name(subject)
    wanted = wanted.normalized if normalize else wanted
    # A schema that is there already costs no lock: most programs register at every start.
    known = _known(subject, wanted, normalize, registered_by)
    if known is not None:
        return Registered(known, is_new=False)
    require_open_subject(subject=subject, principal=registered_by)
    lock_registry()
    known = _known(subject, wanted, normalize, registered_by)
    if known is not None:
        return Registered(known, is_new=False)
    require_writable(subject=subject, principal=registered_by, action=REGISTER)
    source = read_source(wanted, seen_by=registered_by)
    require_valid(source)
    reasons = _incompatibilities(subject, source, registered_by)
    if reasons:
        mode = compatibility_of(subject=subject, seen_by=registered_by)
        raise _must_be_compatible(subject, reasons, mode)
    return Registered(_insert(subject, wanted, registered_by), is_new=True)


@transactional
def incompatibilities(
    *, subject: str, wanted: Candidate, asked_by: Principal, version: str | int | None = None
) -> list[str]:
    """Return why the schema could not follow: the latest or all versions, as the mode asks, or one of them.

    Raises: SubjectMustExist, VersionMustExist, SchemaMustBeValid, AccessMustBeGranted.
    """
    require_right(principal=asked_by, action=READ)
    require_subject_name(subject)
    source = read_source(wanted, seen_by=asked_by)
    require_valid(source)
    if version is None:
        if not _live(subject, asked_by).exists():
            raise subject_must_exist(subject)
        return _incompatibilities(subject, source, asked_by)
    parsed_version(version)
    found = version_of(subject=subject, version=version, seen_by=asked_by)
    return list(_reasons(source, [found], compatibility_of(subject=subject, seen_by=asked_by)))


def _incompatibilities(subject: str, source: Source, principal: Principal) -> list[str]:
    mode = compatibility_of(subject=subject, seen_by=principal)
    if mode == Compatibility.NONE:
        return []
    versions = _live(subject, principal).order_by("-number")
    is_transitive = mode.endswith("_TRANSITIVE")
    return list(_reasons(source, versions if is_transitive else versions[:1], mode))


def _reasons(source: Source, versions: Iterable[Version], mode: str) -> Iterable[str]:
    if mode == Compatibility.NONE:
        return
    effort = Effort()
    for version in versions:
        earlier = read_stored_source(version.content)
        if mode.startswith(("BACKWARD", "FULL")):
            reason = reading_fails_because(writer=earlier, reader=source, effort=effort)
            if reason is not None:
                yield f"The new schema cannot read what version {version.number} wrote: {reason}"
        if mode.startswith(("FORWARD", "FULL")):
            reason = reading_fails_because(writer=source, reader=earlier, effort=effort)
            if reason is not None:
                yield f"Version {version.number} cannot read what the new schema writes: {reason}"
        if effort.is_spent:
            return


def _live(subject: str, principal: Principal) -> QuerySet[Version]:
    seen = visible_versions(seen_by=principal)
    return seen.filter(subject__name=subject, deleted_at=None).select_related("subject", "content")


def _known(subject: str, wanted: Candidate, normalize: bool, principal: Principal) -> Version | None:
    return holding(_live(subject, principal), wanted, normalize=normalize).order_by("-number").first()


def _insert(subject: str, wanted: Candidate, registered_by: Principal) -> Version:
    before = subject_digest(name=subject)
    holder = subject_for(subject, first=registered_by)
    if holder.versions.count() >= VERSIONS_MAX:
        raise SchemaMustNotBeTooLarge(
            f"Subject {subject[:80]}: expected at most {VERSIONS_MAX} versions. Begin a new subject.",
            evidence={"object": "subject", "expected": VERSIONS_MAX, "remedy": "begin a new subject"},
        )
    # Numbers are never issued again, also after the last version was deleted for good: references name them.
    holder.versions_issued += 1
    holder.save(update_fields=["versions_issued"])
    version = Version.objects.create(
        subject=holder,
        number=holder.versions_issued,
        content=_content(wanted),
        registered_by=registered_by.urn,
        registered_at=get(Clock).now(),
    )
    leave_leaf(verb=REGISTER, subject=holder, before=before, actor=registered_by)
    return version


def _content(wanted: Candidate) -> Content:
    """Return the content of this digest, stored once; its id is the database's."""
    found = Content.objects.filter(digest=wanted.digest).first()
    if found is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO schemas_content (schema_type, text, digest, normalized_digest, created_at)"
                " VALUES (%s, %s, %s, %s, %s) RETURNING id",
                [wanted.schema_type, wanted.text, wanted.digest, wanted.normalized_digest, get(Clock).now()],
            )
            found = Content.objects.get(pk=cursor.fetchone()[0])
    if wanted.references and not found.references.exists():
        Reference.objects.bulk_create(
            Reference(content=found, place=place, name=each.name, version=referred_version(each))
            for place, each in enumerate(wanted.references)
        )
    return found


def _must_be_compatible(subject: str, reasons: list[str], mode: str) -> RegistryError:
    return SchemaMustBeCompatible(
        f"Subject {subject[:80]}: the schema is not compatible. {reasons[0]}",
        evidence={
            "object": "schema",
            "expected": mode,
            "got": reasons[:20],
            "remedy": "keep what the versions before it promise, or begin a new subject",
        },
    )
