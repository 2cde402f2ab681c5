# SPDX-License-Identifier: Apache-2.0
"""Hand out all that is kept about somebody, and write down that it was handed out."""

import hashlib
from uuid import UUID

from apps.audit.domain.policy_names import EXPORT_SUBJECT
from apps.audit.domain.privacy.errors import SubjectMustBeKnown
from apps.audit.domain.privacy.subject_archive import subject_archive
from apps.audit.selectors.privacy.subject_leaves import leaves_about
from apps.audit.selectors.privacy.subjects import kind_of_subject, subjects_behind
from apps.audit.services.record_verb import record_verb
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy.models import Company

ARCHIVE = "audit.subject_archive"


@transactional
def export_subject(*, company_id: UUID, subject_type: str, subject_id: UUID, exported_by: Principal) -> bytes:
    """Return the archive of a subject of a company in scope.

    Raises: AccessMustBeGranted, SubjectMustBeKnown, SubjectMustFit, SubjectKindMustBeKnown.
    """
    get(Authorizer).require(principal=exported_by, action=EXPORT_SUBJECT, company_id=company_id)
    kind = kind_of_subject(name=subject_type)
    subjects = subjects_behind(kind=kind, company_id=company_id, subject_id=subject_id)
    found = kind.read(company_id=company_id, subject_id=subject_id, reader=exported_by)
    actors = found.actors if found else ()
    leaves = leaves_about(company_id=company_id, subjects=subjects, actors=actors)
    if not leaves and not any(found.sections.values() if found else ()):
        raise SubjectMustBeKnown(
            f"Subject {subject_type} {subject_id}: expected something that is kept about it, got nothing. "
            "Check the id.",
            evidence={"object": str(subject_id), "got": "nothing", "remedy": "check the id"},
        )
    archive = subject_archive(
        title=found.title if found else f"{kind.title} {subject_id}, whose texts were erased",
        company=Company.objects.values_list("code", flat=True).get(id=company_id),
        as_of=get(Clock).now().isoformat(timespec="seconds"),
        sections={**(found.sections if found else {}), "Audit log": leaves},
    )
    _record(company_id, subject_id, archive, exported_by)
    return archive


def _record(company_id: UUID, subject_id: UUID, archive: bytes, exported_by: Principal) -> None:
    record_verb(
        company_id=company_id,
        actor=exported_by,
        verb=EXPORT_SUBJECT,
        object_type=ARCHIVE,
        object_id=uuid7(),
        digest=canonical_digest({"subject": str(subject_id), "archive": hashlib.sha256(archive).hexdigest()}),
    )
