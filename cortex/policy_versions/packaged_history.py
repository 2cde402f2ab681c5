# SPDX-License-Identifier: Apache-2.0
"""Look at what releases brought along as version 0, one after the other."""

from cortex.database.transactions import transactional
from cortex.policy.models import PolicyPackagedText
from cortex.policy.recorded_texts import texts_recorded
from cortex.policy_versions.errors import PackagedTextMustExist
from cortex.policy_versions.selectors import require_reader
from cortex.ports.principal import Principal


@transactional
def list_packaged(*, seen_by: Principal) -> list[PolicyPackagedText]:
    """Return what was recorded, the newest first; raises AccessMustBeGranted."""
    require_reader(seen_by)
    return texts_recorded()


@transactional
def text_of_digest(*, digest: str, seen_by: Principal) -> str:
    """Return the text of this SHA-256; raises PackagedTextMustExist, AccessMustBeGranted."""
    require_reader(seen_by)
    row = PolicyPackagedText.objects.filter(digest=digest).order_by("id").first()
    if row is None:
        raise PackagedTextMustExist(
            "Packaged policies: expected a text of this digest, got none. List them: cortex policy packaged.",
            evidence={"object": "packaged policies", "got": digest[:64], "remedy": "cortex policy packaged"},
        )
    return row.text
