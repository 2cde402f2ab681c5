# SPDX-License-Identifier: Apache-2.0
"""Media types and questions of the Confluent API."""

from collections.abc import Callable, Mapping
from typing import Any

from cortex.api.parsers import StrictJsonParser
from cortex.api.renderers import AlwaysJson, JsonRenderer
from cortex.api.schema_registry.answers import MEDIA_TYPE
from cortex.errors import Malformed

_ALSO_TAKEN = ("application/vnd.schemaregistry+json", "application/json")
_TRUTHS = {"true": True, "false": False}
_WHOLE_DIGITS_MAX = 9
Questions = Mapping[str, Callable[[str], Any]]


class QuestionMustBeKnown(Malformed):
    """A parameter behind the question mark is unknown, given twice, or holds something else than it may."""

    code = "schemas.question_must_be_known"


class RegistryParser(StrictJsonParser):
    """Bodies in the registry's media type."""

    media_type = MEDIA_TYPE


class RegistryRenderer(JsonRenderer):
    """Answers in the registry's media type."""

    media_type = MEDIA_TYPE


class RegistryNegotiation(AlwaysJson):
    """Takes plain JSON as well, and answers in the registry's media type."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """Return the one parser for each of the media types, None for others."""
        media_type = request.content_type.partition(";")[0].strip().lower()
        return parsers[0] if media_type in (MEDIA_TYPE, *_ALSO_TAKEN) else None


def truth(text: str) -> bool:
    """Return the truth value; the Python client writes it `False`, others `false`."""
    return _TRUTHS[text.lower()]


def whole(text: str) -> int:
    """Return the number; negative ones stand for no limit."""
    if len(text) > _WHOLE_DIGITS_MAX or not text.removeprefix("-").isdecimal() or not text.isascii():
        raise ValueError(text)
    return int(text)


def read_questions(request: Any, known: Questions) -> dict[str, Any]:
    """Return the parameters behind the question mark; raises QuestionMustBeKnown."""
    found: dict[str, Any] = {}
    for name, values in request.query_params.lists():
        try:
            (text,) = values
            found[name] = known[name](text)
        except (KeyError, ValueError) as error:
            raise QuestionMustBeKnown(
                f"Parameter {name[:40]}: expected once, one of {', '.join(sorted(known)) or 'none'}, and a "
                "value of its kind.",
                evidence={"object": "parameter", "expected": sorted(known), "got": name[:40]},
            ) from error
    return found
