# SPDX-License-Identifier: Apache-2.0
"""Keep secrets out of traces: a collector is another house, and links that sign in pass through addresses."""

from collections.abc import Mapping
from typing import Any

from opentelemetry.context import Context
from opentelemetry.sdk.trace import Event, ReadableSpan, Span, SpanProcessor
from opentelemetry.trace import Status

from cortex.observability.redaction import REDACTED, redacted_text

# Old and new names. Source: OpenTelemetry semantic conventions for HTTP, 1.20 and 1.23.
_ADDRESSES = frozenset({"http.url", "http.target", "url.full", "url.path"})
_QUERY = "url.query"


class RedactedSpans(SpanProcessor):
    """Hands ended spans to another processor without queries and secrets."""

    def __init__(self, processor: SpanProcessor) -> None:
        self._processor = processor

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Pass on: the span is redacted when it ends, since attributes may be set until then."""
        self._processor.on_start(span, parent_context)

    def on_end(self, span: ReadableSpan) -> None:
        """Pass on a redacted copy; an ended span cannot be changed."""
        self._processor.on_end(_redacted_span(span))

    def shutdown(self) -> None:
        """Pass on."""
        self._processor.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Pass on."""
        return self._processor.force_flush(timeout_millis)


def _redacted_span(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=redacted_text(span.name),
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_redacted(span.attributes),
        events=[Event(event.name, _redacted(event.attributes), event.timestamp) for event in span.events],
        links=span.links,
        kind=span.kind,
        status=_redacted_status(span.status),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _redacted_status(status: Status) -> Status:
    """Redact the words of a failure: they are those of the exception."""
    return Status(status.status_code, redacted_text(status.description) if status.description else None)


def _redacted(attributes: Mapping[str, Any] | None) -> dict[str, Any]:
    return {name: _redacted_value(name, value) for name, value in (attributes or {}).items()}


def _redacted_value(name: str, value: Any) -> Any:
    if name == _QUERY:
        return REDACTED
    if not isinstance(value, str):
        return value
    return redacted_text(value.partition("?")[0] if name in _ADDRESSES else value)
