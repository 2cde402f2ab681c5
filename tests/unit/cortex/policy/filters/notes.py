# SPDX-License-Identifier: Apache-2.0
"""Notes: an entity type with an attribute of each kind, for tests of filters."""

import json
from collections.abc import Mapping
from typing import Any

import cedarpy
from django.db.models import Q

from cortex.policy.filters.columns import Column, EntityColumns, Virtual
from cortex.policy.filters.residuals import condition_of_all
from cortex.policy.filters.truth import Condition

SCHEMA = """
namespace Cortex {
  entity Role enum ["viewer", "clerk"];
  entity Company { code: String };
  entity User in [Role] { limit?: Long, friends: Set<User>, words: Set<String> };
  action "read", "write";
  action "testing:read" in ["read"];
  action "testing.note.read" in ["testing:read"] appliesTo {
    principal: [User], resource: [Company, Testing::Note], context: { is_fresh: Bool }
  };
}
namespace Testing {
  entity Folder { state: String };
  entity Note in [Cortex::Company] {
    company: Cortex::Company, author: Cortex::User, editor?: Cortex::User, length: Long, limit?: Long,
    is_secret: Bool, subject: String, folder: Folder, readers: Set<Cortex::User>, labels: Set<String>
  };
}
"""

NOTES = EntityColumns(
    "Testing::Note",
    actions=frozenset({"testing.note.read"}),
    id=Column("id"),
    attributes={
        "company": Column("company_id", "Cortex::Company"),
        "author": Column("author_urn", "Cortex::User", stored="user:{}".format),
        "editor": Column("editor_urn", "Cortex::User", is_nullable=True, stored="user:{}".format),
        "length": Column("length"),
        "limit": Column("length_max", is_nullable=True),
        "is_secret": Column("is_secret"),
        "subject": Column("subject"),
        "folder.state": Column("folder__state"),
        "readers": Virtual("Cortex::User", lambda user_id: Q(shared_with=user_id)),
        "labels": Column("labels", is_set=True),
    },
    parents={"Cortex::Company": Column("company_id", "Cortex::Company")},
)

HERE = {"__entity": {"type": "Cortex::Company", "id": "here"}}
ALICE = {"type": "Cortex::User", "id": "alice"}
BOB = {"__entity": {"type": "Cortex::User", "id": "bob"}}
ENTITIES = [
    {
        "uid": ALICE,
        "attrs": {"friends": [BOB], "words": ["plan"]},
        "parents": [{"type": "Cortex::Role", "id": "viewer"}],
    }
]


def permit(condition: str) -> str:
    return f"permit (principal, action, resource is Testing::Note) when {{ {condition} }};"


def policies(text: str) -> dict[str, Mapping[str, Any]]:
    """Read policies that fit the schema."""
    checked = cedarpy.validate_policies(text, SCHEMA)
    assert checked.validation_passed, checked.errors
    found: dict[str, Mapping[str, Any]] = json.loads(cedarpy.policies_to_json_str(text))["staticPolicies"]
    return found


def seen_by_alice(text: str) -> Condition:
    """Return which notes Alice reads under these policies."""
    policies(text)
    result = cedarpy.is_authorized_partial(
        {
            "principal": 'Cortex::User::"alice"',
            "action": 'Cortex::Action::"testing.note.read"',
            "context": {"is_fresh": True},
        },
        text,
        ENTITIES,
        SCHEMA,
    )
    assert not result.diagnostics.errors
    return condition_of_all(result.residuals, table=NOTES)
