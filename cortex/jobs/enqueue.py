# SPDX-License-Identifier: Apache-2.0
"""Ask for long work."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import structlog
from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from cortex.database.transactions import transactional
from cortex.jobs.kinds import kind_named
from cortex.jobs.models import Job
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.ports.storage import Storage
from cortex.tenancy import scope

TASK = "cortex.jobs.run"
_log = structlog.get_logger(__name__)


def enqueue(
    *,
    kind: str,
    company_id: UUID,
    principal: Principal,
    input: Mapping[str, Any] | None = None,
    files: Mapping[str, tuple[str, bytes]] | None = None,
    stored_files: Mapping[str, UUID] | None = None,
) -> UUID:
    """Store the job in the running transaction and send it to its queue at commit; return its id.

    Shapes: files maps a name in the job to (file name, bytes), stored_files to a file stored before.
    Raises: AccessMustBeGranted, JobKindMustBeKnown, FileMustNotBeTooLarge.
    """
    found = kind_named(kind)
    get(Authorizer).require(principal=principal, action=found.action, company_id=company_id)
    with scope([company_id]):
        return _enqueue(
            kind,
            found.queue,
            company_id,
            principal,
            dict(input or {}),
            dict(files or {}),
            dict(stored_files or {}),
        )


@transactional
def _enqueue(
    kind: str,
    queue: str,
    company_id: UUID,
    principal: Principal,
    job_input: dict[str, Any],
    files: dict[str, tuple[str, bytes]],
    stored_files: dict[str, UUID],
) -> UUID:
    for name, (file_name, content) in files.items():
        stored_files[name] = get(Storage).put(company_id=company_id, name=file_name, content=content).id
    stored = [{"name": name, "file_id": str(file_id)} for name, file_id in stored_files.items()]
    job = Job(company_id=company_id, kind=kind, input=job_input, files=stored, **_owner(principal))
    job.save(force_insert=True)
    transaction.on_commit(lambda: send(job_id=job.id, company_id=company_id, queue=queue))
    return job.id


def send(*, job_id: UUID, company_id: UUID, queue: str) -> None:
    """Put the job's address into its queue; the row, not the message, is the job.

    A broker that is down loses nothing: the row stays queued, and the schedule sends it again.
    """
    try:
        current_app.send_task(TASK, args=[str(company_id), str(job_id)], queue=queue, ignore_result=True)
    except OperationalError as error:
        _log.warning("job_not_sent", job_id=str(job_id), queue=queue, exc_info=error)


def _owner(principal: Principal) -> dict[str, Any]:
    return {
        "owner_kind": principal.kind,
        "owner_id": principal.id,
        "owner_user_id": principal.user_id,
        "owner_scopes": None if principal.scopes is None else sorted(principal.scopes),
        "owner_acts_for_person": principal.acts_for_person,
        "owner_certificate": principal.authentication.certificate or "",
    }
