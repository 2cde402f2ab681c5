# SPDX-License-Identifier: Apache-2.0
"""Owns features, models and their drift; it never posts."""
