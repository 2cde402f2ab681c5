# SPDX-License-Identifier: Apache-2.0
"""Doors for probes and scrapers."""

from django.urls import path

from cortex.observability import health
from cortex.observability.metrics import metrics
from cortex.policy.declarations import public

_probe = public("probes have no identity; the answer tells one word per part")

urlpatterns = [
    path("health/live", _probe(health.live), name="health-live"),
    path("health/ready", _probe(health.ready), name="health-ready"),
    path("health/startup", _probe(health.startup), name="health-startup"),
    path("metrics", public("scrapers show a token of their own")(metrics), name="metrics"),
]
