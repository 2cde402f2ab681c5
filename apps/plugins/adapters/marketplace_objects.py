# SPDX-License-Identifier: Apache-2.0
"""Publishers and submissions as policies see them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.plugins.adapters.market_actions import PLUGIN, PUBLISHER
from apps.plugins.models import Publisher, Submission
from cortex.database.transactions import transactional
from cortex.policy.entity_types import load_entities_with
from cortex.ports.authorizer import Resource
from cortex.ports.principal import person_behind

_USER = "Cortex::User"


def register_objects() -> None:
    """Register how their attributes are read."""
    load_entities_with(PLUGIN, _of_submission)
    load_entities_with(PUBLISHER, _of_publisher)


def publisher_as_resource(publisher: Publisher) -> Resource:
    """Return the publisher with its owner."""
    return owned_by(publisher.owner, object_id=publisher.id)


def owned_by(owner: str, *, object_id: UUID) -> Resource:
    """Return a publisher, also one that is not there yet, of whoever has this name in the log."""
    person = person_behind(owner)
    return Resource(PUBLISHER, str(object_id), {} if person is None else {"owner": Resource(_USER, person)})


def submission_as_resource(submission: Submission) -> Resource:
    """Return the version with who sent it in and who approved it, where those are persons or act for one."""
    people = {"author": submission.submitted_by, "approver": submission.approved_by or ""}
    found = {name: person_behind(urn) for name, urn in people.items()}
    attributes = {name: Resource(_USER, person) for name, person in found.items() if person is not None}
    return Resource(PLUGIN, str(submission.id), attributes)


@transactional
def _of_submission(company_id: UUID | None, object_id: str) -> Mapping[str, Any] | None:
    found = Submission.objects.filter(id=object_id).first() if company_id is None else None
    return None if found is None else submission_as_resource(found).attributes


@transactional
def _of_publisher(company_id: UUID | None, object_id: str) -> Mapping[str, Any] | None:
    found = Publisher.objects.filter(id=object_id).first() if company_id is None else None
    return None if found is None else publisher_as_resource(found).attributes
