# SPDX-License-Identifier: Apache-2.0
"""Jobs as policies see them, one by one and in lists."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q

from cortex.database.transactions import transactional
from cortex.jobs.actions import JOB, READ
from cortex.jobs.models import Job
from cortex.policy.entity_types import load_entities_with
from cortex.policy.filters.columns import Column, EntityColumns, exact_uuid, register_columns
from cortex.ports.authorizer import Resource

_COMPANY, _USER, _CLIENT = "Cortex::Company", "Cortex::User", "Cortex::Client"
_IS_A_PERSONS = Q(owner_kind="user") | Q(owner_acts_for_person=True)
_COLUMNS = EntityColumns(
    JOB,
    actions=frozenset({READ}),
    id=Column("id", stored=exact_uuid),
    attributes={
        "company": Column("company_id", _COMPANY, stored=exact_uuid),
        "kind": Column("kind"),
        "state": Column("state"),
        "owner": Column(
            "owner_user_id",
            _USER,
            stored=exact_uuid,
            present=_IS_A_PERSONS & Q(owner_user_id__isnull=False),
        ),
        "owner_program": Column("owner_id", _CLIENT, present=Q(owner_kind="client")),
    },
)


def register_objects() -> None:
    """Register how the attributes of the schema in `policies/` are read."""
    register_columns(_COLUMNS)
    load_entities_with(JOB, _attributes)


def job_as_resource(job: Job) -> Resource:
    """Return a job as policies see it."""
    attributes: dict[str, Any] = {
        "company": Resource(_COMPANY, str(job.company_id)),
        "kind": job.kind,
        "state": job.state,
    }
    is_a_persons = job.owner_kind == "user" or job.owner_acts_for_person
    if is_a_persons and job.owner_user_id is not None:
        attributes["owner"] = Resource(_USER, str(job.owner_user_id))
    if job.owner_kind == "client":
        attributes["owner_program"] = Resource(_CLIENT, job.owner_id)
    return Resource(JOB, str(job.id), attributes)


@transactional
def _attributes(company_id: UUID | None, object_id: str) -> Mapping[str, Any] | None:
    job = Job.objects.filter(company_id=company_id, id=object_id).first() if company_id else None
    return None if job is None else job_as_resource(job).attributes
