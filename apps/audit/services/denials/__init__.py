# SPDX-License-Identifier: Apache-2.0
"""Verbs on what was denied: seal it, and compare it with its seals."""
