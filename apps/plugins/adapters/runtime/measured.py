# SPDX-License-Identifier: Apache-2.0
"""Calls as metrics and traces tell of them."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Span
from prometheus_client import Counter, Histogram

CALLS = Counter(
    "cortex_plugin_calls_total",
    "Calls of plugins; an empty outcome answered.",
    ["plugin", "trigger", "outcome"],
)
SECONDS = Histogram(
    "cortex_plugin_call_seconds",
    "How long calls of plugins took.",
    ["plugin", "trigger"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
FUEL = Counter("cortex_plugin_fuel_total", "Instructions that calls of plugins took.", ["plugin"])
_tracer = trace.get_tracer("cortex.plugins")


def count(*, plugin: str, trigger: str, outcome: str, seconds: float, fuel: int) -> None:
    """Count one call."""
    CALLS.labels(plugin, trigger, outcome).inc()
    SECONDS.labels(plugin, trigger).observe(seconds)
    FUEL.labels(plugin).inc(fuel)


@contextmanager
def traced(*, plugin: str, version: str, handler: str, trigger: str) -> Iterator[Span]:
    """Let what happens in the block be one span."""
    attributes = {
        "cortex.plugin": plugin,
        "cortex.plugin.version": version,
        "cortex.plugin.handler": handler,
        "cortex.plugin.trigger": trigger,
    }
    with _tracer.start_as_current_span("plugin.call", attributes=attributes) as span:
        yield span
