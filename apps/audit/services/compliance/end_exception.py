# SPDX-License-Identifier: Apache-2.0
"""End an exception before its day: from then on the control is judged as if nobody had let it fail."""

import hashlib
from uuid import UUID

from django.db import IntegrityError

from apps.audit.adapters.policy_entities import END_EXCEPTION
from apps.audit.domain.compliance.errors import ExceptionMustCount
from apps.audit.domain.compliance.exception_document import exception_end_document
from apps.audit.models import ControlException, ExceptionEnd
from apps.audit.services.compliance.object_types import EXCEPTION_END_TYPE
from apps.audit.services.record_verb import record_verb
from cortex.database.transactions import attempt, transactional
from cortex.ids import uuid7
from cortex.ports.authorizer import Authorizer
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def end_exception(*, exception_id: UUID, reason: str, ended_by: Principal) -> ExceptionEnd:
    """Store the end. One person is enough: to end is stricter than what two agreed to.

    Raises: AccessMustBeGranted, ExceptionMustCount.
    """
    get(Authorizer).require(principal=ended_by, action=END_EXCEPTION, company_id=None)
    now = get(Clock).now()
    row = ControlException.objects.filter(id=exception_id, ends_date__gt=now.date()).first()
    if row is None:
        raise _over(exception_id)
    made = ExceptionEnd(id=uuid7(), exception=row, reason=reason, ended_by=ended_by.urn, ended_at=now)
    try:
        attempt(lambda: made.save(force_insert=True))
    except IntegrityError as error:
        # Ended before, or by somebody else at the same time.
        raise _over(exception_id) from error
    document = exception_end_document(exception_id=row.id, reason=reason, ended_at=now)
    record_verb(
        company_id=None,
        verb=END_EXCEPTION,
        object_type=EXCEPTION_END_TYPE,
        object_id=made.id,
        digest=hashlib.sha256(document).hexdigest(),
        actor=ended_by,
    )
    return made


def _over(exception_id: UUID) -> ExceptionMustCount:
    return ExceptionMustCount(
        f"Exception {exception_id}: expected one that counts, got none. Look at the control.",
        evidence={"object": f"exception {exception_id}", "expected": "one that counts", "got": "none"},
    )
