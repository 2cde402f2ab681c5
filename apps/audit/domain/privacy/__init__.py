# SPDX-License-Identifier: Apache-2.0
"""Texts about people: sealed, held, handed out, erased."""
