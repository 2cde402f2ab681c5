# SPDX-License-Identifier: Apache-2.0
"""Packs as policies see them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from apps.audit.adapters.policy_entities import PACK
from apps.audit.models import CompliancePack
from cortex.database.transactions import transactional
from cortex.policy.entity_types import load_entities_with
from cortex.ports.authorizer import Resource
from cortex.ports.principal import person_behind


def register_packs() -> None:
    """Register how a pack's author is read."""
    load_entities_with(PACK, _attributes)


def pack_as_resource(pack: CompliancePack) -> Resource:
    """Return the pack with its author, where that is a person or acts for one."""
    person = person_behind(pack.author)
    attributes = {} if person is None else {"author": Resource("Cortex::User", person)}
    return Resource(PACK, str(pack.id), attributes)


@transactional
def _attributes(company_id: UUID | None, object_id: str) -> Mapping[str, Any] | None:
    found = CompliancePack.objects.filter(id=object_id).first() if company_id is None else None
    return None if found is None else pack_as_resource(found).attributes
