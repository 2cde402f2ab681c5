# SPDX-License-Identifier: Apache-2.0
"""Attacks on the whole program, each of which finds a closed door."""
