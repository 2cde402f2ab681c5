# SPDX-License-Identifier: Apache-2.0
"""Who else must accept a verb before it is done: rooms ask here, and do not know of whom."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from cortex.ports.principal import Principal

# What is to be done, as plain JSON; it is made only where somebody is asked.
Subjects = Callable[[], Sequence[Mapping[str, Any]]]


class VerbValidators(Protocol):
    """Lets those who were installed for it refuse a verb."""

    def require_accepted(
        self, *, verb: str, company_id: UUID, subjects: Subjects, asked_by: Principal
    ) -> None:
        """Return where all accept; it runs in the transaction of the verb and changes nothing.

        Raises: CortexError, where one refuses, or cannot answer: a control that is broken does not let pass.
        """
        ...
