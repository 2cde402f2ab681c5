# SPDX-License-Identifier: Apache-2.0
"""JSON out: the only representation there is."""

from typing import Any

import orjson
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer


def to_json(data: Any) -> bytes:
    """Return the JSON bytes of an answer; decimals become strings, never floats."""
    return orjson.dumps(data, default=_text, option=orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS)


def _text(value: Any) -> Any:
    # Decimals, lazy translations and the like; of all subclasses only those of tuple reach this.
    return list(value) if isinstance(value, tuple) else str(value)


class JsonRenderer(BaseRenderer):
    """Renders with orjson."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """Return the bytes; nothing for an answer without content."""
        return b"" if data is None else to_json(data)


class AlwaysJson(BaseContentNegotiation):
    """Answers JSON whatever is asked for, so that an error never hides behind a 406."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """Return the parser of the request's media type, or None."""
        media_type = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == media_type), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: str | None = None) -> Any:
        """Return the one renderer."""
        return renderers[0], renderers[0].media_type
