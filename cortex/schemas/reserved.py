# SPDX-License-Identifier: Apache-2.0
"""Subjects of the program's own events: they follow its code, and nobody else writes them."""

from cortex.ports.principal import Principal
from cortex.schemas.errors import SubjectMustBeOpen
from cortex.schemas.event_schemas import event_classes

# Who registers the events at `migrate`, and an operator at the console.
_OWN = frozenset({"console", "scheduler"})


def is_reserved(*, subject: str) -> bool:
    """Tell whether the subject is the program's own."""
    return any(event_class.event_type == subject for event_class in event_classes())


def require_open_subject(*, subject: str, principal: Principal) -> None:
    """Raise SubjectMustBeOpen when a client would change a subject of the program's own."""
    if is_reserved(subject=subject) and not (principal.kind == "service" and principal.id in _OWN):
        raise SubjectMustBeOpen(
            f"Subject {subject}: it describes an event of this program and follows its code. "
            "Register under another name.",
            evidence={"object": "subject", "got": subject, "remedy": "use another name"},
        )
