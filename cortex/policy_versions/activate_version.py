# SPDX-License-Identifier: Apache-2.0
"""Put an approved version in force."""

from django.db import connection

from cortex.database.transactions import after_transaction, transactional
from cortex.policy.active import ACTIVE
from cortex.policy.in_force import in_force_digest, leave_leaf_of_what_is_in_force
from cortex.policy.models import PolicyVersion
from cortex.policy.policy_actions import ACTIVATE_VERSION
from cortex.policy_versions.selectors import found_version
from cortex.policy_versions.steps import require_so_far
from cortex.policy_versions.trail import leave_leaf, require
from cortex.policy_versions.validate_version import require_sound
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

REASON_MAX = 2_000
# Any number will do that nobody else locks.
ACTIVATION_LOCK = 0x0C0127E9


@transactional
def activate_version(*, number: int, activated_by: Principal, reason: str = "") -> PolicyVersion:
    """Let every process decide by this version within a second; the one before is retired.

    Raises: PolicyVersionMustExist, PolicyVersionMustComeSoFar, PolicyVersionMustBeSound, AccessMustBeGranted.
    """
    version = found_version(number, for_update=True)
    require(activated_by, action=ACTIVATE_VERSION, version=version)
    require_so_far(version, PolicyVersion.State.APPROVED)
    require_sound(version)
    put_in_force(version, actor=activated_by, verb=ACTIVATE_VERSION, reason=reason)
    return version


def put_in_force(version: PolicyVersion | None, *, actor: Principal, verb: str, reason: str) -> None:
    """Write the activation in the open transaction; None stands for the policies of the program."""
    now = get(Clock).now()
    with connection.cursor() as cursor:
        # One at a time: of two at once, the second must see what the first put in force, to retire it.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ACTIVATION_LOCK])
    before = in_force_digest()
    PolicyVersion.objects.filter(state=PolicyVersion.State.ACTIVE).update(state=PolicyVersion.State.RETIRED)
    if version is not None:
        version.state, version.activated_at = PolicyVersion.State.ACTIVE, now
        version.save(update_fields=["state", "activated_at"])
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO policy_activation (version_id, reason, activated_by, activated_at)"
            " VALUES (%s, %s, %s, %s)",
            [None if version is None else version.id, reason[:REASON_MAX], actor.urn, now],
        )
    leave_leaf(version=version, verb=verb, actor=actor, reason=reason)
    leave_leaf_of_what_is_in_force(actor=actor, before=before)
    after_transaction(ACTIVE.look_again)
