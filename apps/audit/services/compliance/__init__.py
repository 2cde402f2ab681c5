# SPDX-License-Identifier: Apache-2.0
"""Verbs of packs: one for each file."""
