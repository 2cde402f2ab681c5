# SPDX-License-Identifier: Apache-2.0
"""Maker and checker: verbs that a second person agrees to before they are carried out."""
