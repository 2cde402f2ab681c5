# SPDX-License-Identifier: Apache-2.0
"""Bring all that is sealed of a company under the latest keys, after a rotation."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from uuid import UUID

from apps.audit.domain.policy_names import RENEW_KEYS
from apps.audit.services.privacy.renew_texts import count_keys, renew_texts
from apps.audit.services.record_verb import record_verb
from cortex.canonical_json import canonical_digest
from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.sealed_fields.renewal import count_to_renew, renew_sealed_fields
from cortex.storage.renewal import count_stored_files, renew_stored_files

# Called with how many sealed things were looked at, and how many there are.
Progress = Callable[[int, int], None]
RENEWAL = "audit.key_renewal"


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many files and keys of subjects were seen and wrapped anew, and how many texts were sealed.

    Of sealed fields: keys seen and wrapped anew, texts sealed that were in the clear or under an older key.
    """

    files: int
    files_renewed: int
    keys: int
    keys_renewed: int
    texts_sealed: int
    field_keys: int
    field_keys_renewed: int
    fields_sealed: int
    fields_sealed_anew: int


def renew_keys(*, company_id: UUID, renewed_by: Principal, progress: Progress) -> Renewed:
    """Renew files, then keys of subjects, then sealed fields, of a company in scope.

    Run again, it skips what is done. Raises: AccessMustBeGranted, VaultMustBeReachable, FieldMustBeIntact.
    """
    get(Authorizer).require(principal=renewed_by, action=RENEW_KEYS, company_id=company_id)
    of_files, of_keys = count_stored_files(company_id=company_id), count_keys(company_id=company_id)
    total = of_files + of_keys + count_to_renew(company_id=company_id)

    def tell_behind(before: int) -> Callable[[int], None]:
        return lambda seen: progress(min(before + seen, total), total)

    files, files_renewed = renew_stored_files(company_id=company_id, tell=tell_behind(0))
    texts = renew_texts(company_id=company_id, tell=tell_behind(of_files))
    fields = renew_sealed_fields(company_id=company_id, tell=tell_behind(of_files + of_keys))
    renewed = Renewed(
        files=files,
        files_renewed=files_renewed,
        keys=texts.keys,
        keys_renewed=texts.rewrapped,
        texts_sealed=texts.sealed,
        field_keys=fields.keys,
        field_keys_renewed=fields.rewrapped,
        fields_sealed=fields.sealed,
        fields_sealed_anew=fields.sealed_anew,
    )
    _leave_leaf(company_id, renewed, renewed_by)
    return renewed


@transactional
def _leave_leaf(company_id: UUID, renewed: Renewed, renewed_by: Principal) -> None:
    record_verb(
        company_id=company_id,
        actor=renewed_by,
        verb=RENEW_KEYS,
        object_type=RENEWAL,
        object_id=uuid7(),
        digest=canonical_digest(asdict(renewed)),
    )
