# SPDX-License-Identifier: Apache-2.0
"""Verbs of plugins, one for each file."""
