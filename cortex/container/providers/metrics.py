# SPDX-License-Identifier: Apache-2.0
"""What scrapers are told about calls to providers."""

from prometheus_client import Counter, Gauge, Histogram

CALLS = Counter(
    "cortex_provider_calls_total",
    "Attempts to call a provider, by what came of them.",
    ["capability", "provider", "operation", "outcome"],
)
SECONDS = Histogram(
    "cortex_provider_call_seconds",
    "How long providers took to answer, or not to.",
    ["capability", "provider"],
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0),
)
REFUSALS = Counter(
    "cortex_provider_refusals_total",
    "Calls that the guard refused: rate, concurrency, circuit, limiter.",
    ["capability", "provider", "reason"],
)
CIRCUIT_OPEN = Gauge(
    "cortex_provider_circuit_open",
    "1 while the circuit breaker of a process lets nothing through.",
    ["capability", "provider"],
    multiprocess_mode="livemax",
)
DOOR_REFUSALS = Counter("cortex_api_rate_refusals_total", "Requests refused because they came too fast.")
