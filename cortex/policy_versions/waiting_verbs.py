# SPDX-License-Identifier: Apache-2.0
"""Policies coming into force, as doors call for it: what needs a second person is proposed."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cortex.policy.packaged import VERSION as PACKAGED
from cortex.policy.policy_actions import ACTIVATE_VERSION, ROLL_BACK_VERSION
from cortex.policy_versions.activate_version import activate_version
from cortex.policy_versions.roll_back import roll_back
from cortex.policy_versions.selectors import found_version
from cortex.policy_versions.trail import OBJECT_TYPE, PACKAGED_ID
from cortex.ports.waiting_verbs import lets_wait


def _version_id(given: Mapping[str, Any]) -> UUID:
    return PACKAGED_ID if given["number"] == PACKAGED else found_version(given["number"]).id


activate_or_wait = lets_wait(
    ACTIVATE_VERSION,
    title="Put a version of the policies in force",
    action=ACTIVATE_VERSION,
    by="activated_by",
    about=(OBJECT_TYPE, "number"),
    find=_version_id,
)(activate_version)
roll_back_or_wait = lets_wait(
    ROLL_BACK_VERSION,
    title="Put an earlier version of the policies in force again",
    action=ROLL_BACK_VERSION,
    by="rolled_back_by",
    about=(OBJECT_TYPE, "number"),
    find=_version_id,
)(roll_back)
