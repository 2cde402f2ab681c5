# SPDX-License-Identifier: Apache-2.0
"""Look whether a version could come into force."""

from cortex.database.transactions import transactional
from cortex.policy.in_force import version_digest
from cortex.policy.models import PolicyVersion
from cortex.policy.policy_actions import WRITE_VERSION
from cortex.policy_versions.errors import PolicyVersionMustBeSound
from cortex.policy_versions.findings import Finding, findings_of
from cortex.policy_versions.selectors import found_version
from cortex.policy_versions.trail import leave_leaf, require
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@transactional
def validate_version(*, number: int, validated_by: Principal) -> list[Finding]:
    """Return what is wrong with the version; without any finding a draft is validated from now on.

    Raises: PolicyVersionMustExist, AccessMustBeGranted.
    """
    version = found_version(number, for_update=True)
    require(validated_by, action=WRITE_VERSION, version=version)
    found = findings_of(version.text)
    if not found and version.state == PolicyVersion.State.DRAFT:
        version.state, version.validated_at = PolicyVersion.State.VALIDATED, get(Clock).now()
        version.save(update_fields=["state", "validated_at"])
        leave_leaf(
            version=version,
            verb="policy.version.validated",
            actor=validated_by,
            before=version_digest(version),
        )
    return found


def require_sound(version: PolicyVersion) -> None:
    """Refuse a version that could not come into force now; raises PolicyVersionMustBeSound."""
    found = findings_of(version.text)
    if found:
        raise PolicyVersionMustBeSound(
            f"Version {version.number} of the policies: expected one without findings, got {found[0]}",
            evidence={
                "object": f"policy version {version.number}",
                "expected": "no findings",
                "got": [finding.as_json() for finding in found],
                "remedy": found[0].remedy,
            },
        )
