# SPDX-License-Identifier: Apache-2.0
"""Doors for probes and scrapers."""

urlpatterns: list[object] = []
