# SPDX-License-Identifier: Apache-2.0
"""Order the job that renews what is sealed of a company."""

from uuid import UUID

from apps.audit.domain.policy_names import RENEW_KEYS, RENEW_KEYS_JOB
from apps.audit.services.privacy.renew_keys import RENEWAL
from apps.audit.services.record_verb import record_verb
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.jobs.enqueue import enqueue
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.sealed_fields.field import declared_sealed_fields
from cortex.sealed_fields.keys import replace_encryption_key

REPLACE = "audit.key.replace"


@transactional
def order_renewal(*, company_id: UUID, ordered_by: Principal, with_new_data_keys: bool = False) -> UUID:
    """Return the job's id; with new data keys, it seals every field of the company anew under them.

    The keys are made here and not in the job, which may run twice and must then find its work done.
    Raises: AccessMustBeGranted, VaultMustBeReachable.
    """
    get(Authorizer).require(principal=ordered_by, action=RENEW_KEYS, company_id=company_id)
    if with_new_data_keys:
        _replace_data_keys(company_id, ordered_by)
    return enqueue(kind=RENEW_KEYS_JOB, company_id=company_id, principal=ordered_by)


def _replace_data_keys(company_id: UUID, ordered_by: Principal) -> None:
    replaced = [
        key_class
        for key_class in sorted({field.key_class for field in declared_sealed_fields()})
        if replace_encryption_key(company_id=company_id, key_class=key_class)
    ]
    record_verb(
        company_id=company_id,
        actor=ordered_by,
        verb=REPLACE,
        object_type=RENEWAL,
        object_id=uuid7(),
        digest=canonical_digest(replaced),
    )
