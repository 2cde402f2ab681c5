# SPDX-License-Identifier: Apache-2.0
"""What leaves hold of a subject: its name, its mode and its versions; call it under the registry's lock."""

from cortex.canonical_json import canonical_digest
from cortex.schemas.models import Setting, Subject


def subject_digest(*, name: str | None) -> str | None:
    """Return the digest of a subject as it is now, None where there is none.

    Without a name it is that of the mode that holds for all subjects.
    """
    if name is None:
        return canonical_digest({"compatibility": Setting.objects.get(pk=1).compatibility})
    subject = Subject.objects.filter(name=name).first()
    if subject is None:
        return None
    versions = subject.versions.order_by("number").values_list("number", "content__digest", "deleted_at")
    content = {
        "name": subject.name,
        "compatibility": subject.compatibility,
        "versions": [[number, bytes(digest).hex(), deleted is None] for number, digest, deleted in versions],
    }
    return canonical_digest(content)
