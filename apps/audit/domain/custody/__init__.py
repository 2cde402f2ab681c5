# SPDX-License-Identifier: Apache-2.0
"""Segments of the logs of processes: where they are cut, and what is said of each."""
