# SPDX-License-Identifier: Apache-2.0
"""Erase what the books say of a party in words."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from apps.accounting.domain.party_name_digest import PARTY_NAME_OBJECT, name_digest
from apps.accounting.models import PartyName
from apps.accounting.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.subjects import ERASE_SUBJECT

PARTY = "accounting.party"
VERB = "accounting.party.erase"
ERASE_NAME = "accounting.party_name.erase"


@transactional
def erase_party(*, company_id: UUID, subject_id: UUID, erased_by: Principal) -> Mapping[str, int]:
    """Delete the name, and the texts of every entry with the party; return how many rows went.

    A text of an entry with two parties goes for both: it is one text, and nobody can take a name out of it
    that is in the commitment. Holds are checked by whoever calls, before.
    Raises: ApprovalMustComeFirst, AccessMustBeGranted.
    """
    get(Authorizer).require(principal=erased_by, action=ERASE_SUBJECT, company_id=company_id)
    before = _name(company_id, subject_id)
    with connection.cursor() as cursor:
        cursor.execute("SELECT names, texts FROM accounting_erase_party(%s, %s)", [company_id, subject_id])
        names, texts = cursor.fetchone()
    removed = {"names": names, "texts of entries": texts}
    if names or texts:
        record_verb(
            company_id=company_id,
            actor=erased_by,
            verb=VERB,
            object_type=PARTY,
            object_id=subject_id,
            content=removed,
        )
    if names and before is not None:
        _record_that_the_name_went(company_id, subject_id, before, erased_by)
    return removed


def _name(company_id: UUID, party_id: UUID) -> str | None:
    """Return the digest of the name that has a leaf: a name never changes, and goes once."""
    row = PartyName.objects.filter(company_id=company_id, party_id=party_id).first()
    if row is None or row.name_salt is None:
        return None
    return name_digest(index=row.name_index, salt=row.name_salt)


def _record_that_the_name_went(company_id: UUID, party_id: UUID, before: str, erased_by: Principal) -> None:
    record = AuditRecord(
        verb=ERASE_NAME, object_type=PARTY_NAME_OBJECT, object_id=party_id, digest=None, before=before
    )
    get(AuditLog).append(company_id=company_id, actor=erased_by, records=[record])
