# SPDX-License-Identifier: Apache-2.0
"""Verbs about subjects: erase, hold, lift, export."""
