# SPDX-License-Identifier: Apache-2.0
"""Objects as policies see them: each context says how the attributes of its types are read."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from cortex.policy.cedar import Uid
from cortex.ports.authorizer import Resource

# (company, id) → attributes, or None where there is no such object in the company.
Loader = Callable[[UUID | None, str], Mapping[str, Any] | None]
_loaders: dict[str, Loader] = {}


def load_entities_with(entity_type: str, loader: Loader) -> None:
    """Register how the attributes of objects of this type are read."""
    _loaders[entity_type] = loader


def loaded(resource: Resource, *, company_id: UUID | None) -> Resource | None:
    """Return the object with its attributes, or None where it is not there or belongs to another company."""
    attributes = resource.attributes
    if attributes is None:
        loader = _loaders.get(resource.type)
        attributes = loader(company_id, resource.id) if loader else None
    if attributes is None:
        return None
    company = attributes.get("company")
    if isinstance(company, Resource) and company.id != str(company_id):
        return None
    return Resource(resource.type, resource.id, attributes)


def uid_of(resource: Resource) -> Uid:
    """Return the object's id as the engine writes it."""
    return {"type": resource.type, "id": resource.id}


def entities_of(resource: Resource) -> Iterator[dict[str, Any]]:
    """Yield the object and every object that it carries with attributes."""
    attributes = resource.attributes or {}
    yield {
        "uid": uid_of(resource),
        "attrs": {name: _written(value) for name, value in attributes.items()},
        "parents": [],
    }
    for value in attributes.values():
        for each in value if isinstance(value, list | tuple) else [value]:
            if isinstance(each, Resource) and each.attributes is not None:
                yield from entities_of(each)


def _written(value: Any) -> Any:
    if isinstance(value, Resource):
        return {"__entity": uid_of(value)}
    if isinstance(value, list | tuple):
        return [_written(each) for each in value]
    return value
