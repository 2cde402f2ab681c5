# SPDX-License-Identifier: Apache-2.0
"""What every step of a version leaves behind, and what policies see of a version.

Versions belong to no company, so that there is a leaf of the platform and no event of a company.
"""

import hashlib
from uuid import UUID

from cortex.canonical_json import canonical_digest
from cortex.policy.models import PolicyActivation, PolicyVersion
from cortex.policy.packaged import packaged_text
from cortex.policy.policy_actions import VERSION
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer, Resource
from cortex.ports.principal import Principal, person_behind
from cortex.ports.registry import get

OBJECT_TYPE = "policy.version"
# The policies that the program brings along have no row.
PACKAGED_ID = UUID(int=0)
# What is in force is one object for the whole platform: each activation makes another of it.
IN_FORCE, IN_FORCE_ID = "policy.in_force", UUID(int=0)


def version_as_resource(version: PolicyVersion) -> Resource:
    """Return the version as policies see it: its author, where that is a person or acts for one."""
    person = person_behind(version.author)
    author = {} if person is None else {"author": Resource("Cortex::User", person)}
    return Resource(VERSION, str(version.id), author)


def require(principal: Principal, *, action: str, version: PolicyVersion | None) -> None:
    """Ask for an action, with a version about that version."""
    get(Authorizer).require(
        principal=principal,
        action=action,
        company_id=None,
        resource=None if version is None else version_as_resource(version),
    )


def leave_leaf(
    *,
    version: PolicyVersion | None,
    verb: str,
    actor: Principal,
    before: str | None = None,
    is_new: bool = False,
    **told: object,
) -> None:
    """Append the leaf. Its digest is that of the text and of what is told about the step.

    Steps that tell nothing more say what the version was before: the same, since its text never changes.
    """
    record = AuditRecord(
        verb=verb,
        object_type=OBJECT_TYPE,
        object_id=PACKAGED_ID if version is None else version.id,
        digest=version_digest(version, **told),
        before=before,
        is_new=is_new,
    )
    get(AuditLog).append(company_id=None, actor=actor, records=[record])


def version_digest(version: PolicyVersion | None, **told: object) -> str:
    """Return the digest of a version's number and text, and of what is told about a step of it."""
    text = packaged_text() if version is None else version.text
    content = {
        "number": 0 if version is None else version.number,
        "text": hashlib.sha256(text.encode()).hexdigest(),
        **told,
    }
    return canonical_digest(content)


def leave_leaf_of_what_is_in_force(*, actor: Principal, before: str | None) -> None:
    """Append the leaf of what comes into force; `before` was read while nobody else could activate."""
    record = AuditRecord(
        verb="policy.in_force.changed",
        object_type=IN_FORCE,
        object_id=IN_FORCE_ID,
        digest=in_force_digest(),
        before=before,
        is_new=before is None,
    )
    get(AuditLog).append(company_id=None, actor=actor, records=[record])


def in_force_digest() -> str | None:
    """Return the digest of what the newest activation put in force, None before the first.

    Of a version its number and text, as they are stored now. Of what the program brings along the number
    alone: its text comes with a release and changes without a verb.
    """
    latest = PolicyActivation.objects.select_related("version").order_by("-id").first()
    if latest is None:
        return None
    return canonical_digest({"number": 0}) if latest.version is None else version_digest(latest.version)
