# SPDX-License-Identifier: Apache-2.0
"""Keep a text of policies as a new version. It never changes afterwards: another text is another version."""

from django.db import connection

from cortex.database.transactions import transactional
from cortex.ids import uuid7
from cortex.policy.errors import policies_must_be_readable
from cortex.policy.models import PolicyVersion
from cortex.policy.policy_actions import WRITE_VERSION
from cortex.policy.policy_text import TEXT_MAX
from cortex.policy_versions.trail import leave_leaf, require
from cortex.ports.clock import Clock
from cortex.ports.principal import Principal
from cortex.ports.registry import get

NOTE_MAX = 2_000


@transactional
def draft_version(*, text: str, note: str, drafted_by: Principal) -> PolicyVersion:
    """Store the text and return its version; what is wrong with it is told when it is validated.

    Raises: PoliciesMustBeReadable for a text without end or without beginning, AccessMustBeGranted.
    """
    require(drafted_by, action=WRITE_VERSION, version=None)
    if not text.strip() or len(text) > TEXT_MAX or "\x00" in text:
        raise policies_must_be_readable(f"{len(text):,} characters, where a text of 1 to {TEXT_MAX:,} fits")
    version_id = uuid7()
    # The database counts, which the ORM cannot leave to it: the number is read back.
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO policy_version (id, text, author, note, created_at) VALUES (%s, %s, %s, %s, %s)",
            [version_id, text, drafted_by.urn, note.strip()[:NOTE_MAX], get(Clock).now()],
        )
    version = PolicyVersion.objects.get(id=version_id)
    leave_leaf(version=version, verb="policy.version.drafted", actor=drafted_by, is_new=True)
    return version
