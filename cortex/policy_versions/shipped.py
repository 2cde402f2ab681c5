# SPDX-License-Identifier: Apache-2.0
"""Policies of a newer release: kept as a draft beside the version in force, which stays as it is."""

from cortex.database.transactions import transactional
from cortex.policy.models import PolicyVersion
from cortex.policy.packaged import VERSION as PACKAGED
from cortex.policy.packaged import packaged_text
from cortex.policy_versions.draft_version import draft_version
from cortex.policy_versions.selectors import number_in_force
from cortex.ports.principal import Principal

NOTE = "The policies of this release. The version in force was not changed: compare, and take over what fits."


@transactional
def draft_what_is_shipped(*, drafted_by: Principal) -> PolicyVersion | None:
    """Draft the program's own policies where people put others in force; None where there is nothing to do.

    The same text is drafted once. Raises: AccessMustBeGranted.
    """
    text = packaged_text()
    if number_in_force() == PACKAGED or PolicyVersion.objects.filter(text=text).exists():
        return None
    return draft_version(text=text, note=NOTE, drafted_by=drafted_by)
