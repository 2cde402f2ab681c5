# SPDX-License-Identifier: Apache-2.0
"""Ordered hooks around the life of every process."""

from cortex.boot.lifecycle.hooks import SERVING, hook
from cortex.boot.lifecycle.process import (
    become_ready,
    booted,
    bootstrap,
    leave_ready_to_children,
    shut_down,
    start,
)

__all__ = [
    "SERVING",
    "become_ready",
    "booted",
    "bootstrap",
    "hook",
    "leave_ready_to_children",
    "shut_down",
    "start",
]
