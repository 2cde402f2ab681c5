# SPDX-License-Identifier: Apache-2.0
"""Verbs about rules: write, put in force, apply."""
