# SPDX-License-Identifier: Apache-2.0
"""The root of every refusal: a stable code, a sentence, and the evidence behind it."""

from collections.abc import Mapping
from typing import Any, ClassVar


class CortexError(Exception):
    """A rule was not met. Subclasses name one cause each and state the rule in `code`.

    `evidence` tells the object, what was expected, what was got, the difference and the remedy,
    as far as each makes sense; its values are plain JSON.
    """

    code: ClassVar[str] = "cortex.request_must_be_possible"
    status: ClassVar[int] = 422
    # Where waiting helps: the answer says so in the header Retry-After.
    retry_after_seconds: int | None = None

    def __init__(self, message: str, *, evidence: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.evidence: dict[str, Any] = dict(evidence or {})


class NotFound(CortexError):
    """The object does not exist for this principal; whether it exists for another is not told."""

    code = "cortex.object_must_exist"
    status = 404


class Malformed(CortexError):
    """The request cannot be read as what the contract says."""

    code = "cortex.request_must_be_well_formed"
    status = 400


class Conflict(CortexError):
    """The request contradicts what is stored already."""

    code = "cortex.request_must_agree_with_the_stored_state"
    status = 409
