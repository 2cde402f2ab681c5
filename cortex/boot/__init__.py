# SPDX-License-Identifier: Apache-2.0
"""Deterministic start: signed configuration, ordered hooks, and a log that says what was started."""
