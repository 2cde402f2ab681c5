# SPDX-License-Identifier: Apache-2.0
"""Verbs of the marketplace: from a claimed namespace to a released version, and back."""
