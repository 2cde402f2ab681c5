# SPDX-License-Identifier: Apache-2.0
"""JSON in, read so that no two readers could understand it differently."""

from typing import IO, Any

from rest_framework.parsers import BaseParser, MultiPartParser

from cortex.api.body_limits import body_bytes_max
from cortex.api.errors import BodyMustBeStrictJson, BodyMustNotBeTooLarge
from cortex.api.renderers import to_json
from cortex.schemas.strict_json import JsonMustBeStrict, read_strict_json

DEPTH_MAX = 20


class StrictJsonParser(BaseParser):
    """Refuses duplicate keys, NaN and infinity, deep nesting, and bodies over the limit."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        """Return the parsed body; raises BodyMustBeStrictJson, BodyMustNotBeTooLarge."""
        request = (parser_context or {}).get("request")
        limit = body_bytes_max(path=request.path_info if request is not None else "")
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise BodyMustNotBeTooLarge(
                f"Body: expected at most {limit} bytes, got more. Send it in several requests.",
                evidence={"object": "body", "expected": limit, "remedy": "send less at once"},
            )
        return parse_strict_json(body)


class UploadParser(MultiPartParser):
    """Forms with files; Django bounds the number and size of their fields."""


def parse_strict_json(body: bytes, *, depth_max: int = DEPTH_MAX) -> Any:
    """Return the value; fractions become Decimal, since a float would change them."""
    try:
        value = read_strict_json(body.decode("utf-8"), depth_max=depth_max)
    except (UnicodeDecodeError, JsonMustBeStrict) as error:
        raise _not_strict(str(error)[:200]) from error
    _require_portable(value)
    return value


def _require_portable(value: Any) -> None:
    """Refuse what could be read but not be written again: digests and answers would fail on it later."""
    try:
        to_json(value)
    except TypeError as error:
        raise _not_strict("a whole number beyond 64 bits, or half of a surrogate pair") from error


def _not_strict(reason: str) -> BodyMustBeStrictJson:
    return BodyMustBeStrictJson(f"Body: {reason}.", evidence={"object": "body", "got": reason})
