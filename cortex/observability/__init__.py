# SPDX-License-Identifier: Apache-2.0
"""What can be told about a running program: logs, metrics, traces, health. Never a secret."""
