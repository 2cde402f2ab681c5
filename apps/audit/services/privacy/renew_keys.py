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
from cortex.storage.renewal import count_stored_files, renew_stored_files

# Called with how many sealed things were looked at, and how many there are.
Progress = Callable[[int, int], None]
RENEWAL = "audit.key_renewal"


@dataclass(frozen=True, slots=True)
class Renewed:
    """How many files and keys of subjects were seen and wrapped anew, and how many texts were sealed."""

    files: int
    files_renewed: int
    keys: int
    keys_renewed: int
    texts_sealed: int


def renew_keys(*, company_id: UUID, renewed_by: Principal, progress: Progress) -> Renewed:
    """Renew files, then keys of subjects, of a company in scope; run again, it skips what is done.

    Raises: AccessMustBeGranted, VaultMustBeReachable.
    """
    get(Authorizer).require(principal=renewed_by, action=RENEW_KEYS, company_id=company_id)
    of_files, of_keys = count_stored_files(company_id=company_id), count_keys(company_id=company_id)
    total = of_files + of_keys
    files, files_renewed = renew_stored_files(
        company_id=company_id, tell=lambda seen: progress(min(seen, total), total)
    )
    texts = renew_texts(company_id=company_id, tell=lambda seen: progress(min(of_files + seen, total), total))
    renewed = Renewed(files, files_renewed, texts.keys, texts.rewrapped, texts.sealed)
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
