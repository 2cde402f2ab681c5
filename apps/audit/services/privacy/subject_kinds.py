# SPDX-License-Identifier: Apache-2.0
"""What the log keeps beside any object: reasons and notes, which may speak of somebody."""

from cortex.ports.subjects import SubjectKind, subject_kind

OBJECT = "audit.object"


def register_subjects() -> None:
    """Register any object that leaves speak of, such as a period; the log's own texts are all it has."""
    subject_kind(
        SubjectKind(
            name=OBJECT,
            title="texts beside the leaves of",
            objects=lambda **_object: (),
            read=lambda **_object: None,
            erase=lambda **_object: {},
        )
    )
