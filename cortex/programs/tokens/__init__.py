# SPDX-License-Identifier: Apache-2.0
"""Tokens: what they claim, how they are signed, stored, read again and taken back."""
