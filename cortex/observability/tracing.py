# SPDX-License-Identifier: Apache-2.0
"""Traces of requests, statements and tasks; nothing is recorded until an endpoint is configured."""

from django.conf import settings
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from cortex.observability.span_redaction import RedactedSpans

_INSTRUMENTORS = (DjangoInstrumentor, PsycopgInstrumentor, CeleryInstrumentor)


def configure_from_settings() -> None:
    """Export traces to the configured endpoint; without one, do nothing."""
    if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        # The exporter reads endpoint, headers and certificates from the standard OTEL_… variables.
        configure(BatchSpanProcessor(OTLPSpanExporter()))


def configure(processor: SpanProcessor) -> TracerProvider:
    """Record spans of Django, psycopg and Celery into `processor`, and return their provider.

    Statements are recorded without their parameters, addresses without queries and one-time tokens: those
    are people's data and secrets.
    """
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: "cortex"}))
    provider.add_span_processor(RedactedSpans(processor))
    trace.set_tracer_provider(provider)
    for instrumentor in _INSTRUMENTORS:
        instrumentor().instrument(tracer_provider=provider)
    return provider


def stop() -> None:
    """Take the instruments off again."""
    for instrumentor in _INSTRUMENTORS:
        instrumentor().uninstrument()
