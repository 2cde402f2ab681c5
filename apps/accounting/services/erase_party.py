# SPDX-License-Identifier: Apache-2.0
"""Erase what the books say of a party in words."""

from collections.abc import Mapping
from uuid import UUID

from django.db import connection

from apps.accounting.services.record_verb import record_verb
from cortex.database.transactions import transactional
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.subjects import ERASE_SUBJECT

PARTY = "accounting.party"
VERB = "accounting.party.erase"


@transactional
def erase_party(*, company_id: UUID, subject_id: UUID, erased_by: Principal) -> Mapping[str, int]:
    """Delete the name, and the texts of every entry with the party; return how many rows went.

    A text of an entry with two parties goes for both: it is one text, and nobody can take a name out of it
    that is in the commitment. Holds are checked by whoever calls, before.
    Raises: ApprovalMustComeFirst, AccessMustBeGranted.
    """
    get(Authorizer).require(principal=erased_by, action=ERASE_SUBJECT, company_id=company_id)
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
    return removed
