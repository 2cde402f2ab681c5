# SPDX-License-Identifier: Apache-2.0
"""What every step of a version leaves behind, and what policies see of a version.

Versions belong to no company, so that there is a leaf of the platform and no event of a company.
"""

from uuid import UUID

from cortex.policy.in_force import version_digest
from cortex.policy.models import PolicyVersion
from cortex.policy.policy_actions import VERSION
from cortex.ports.audit_log import AuditLog, AuditRecord
from cortex.ports.authorizer import Authorizer, Resource
from cortex.ports.principal import Principal, person_behind
from cortex.ports.registry import get

OBJECT_TYPE = "policy.version"
# The policies that the program brings along have no row.
PACKAGED_ID = UUID(int=0)


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
