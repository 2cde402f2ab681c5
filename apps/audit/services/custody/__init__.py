# SPDX-License-Identifier: Apache-2.0
"""Custody of the logs of processes."""
