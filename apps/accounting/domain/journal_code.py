# SPDX-License-Identifier: Apache-2.0
"""Journals that every ledger has."""

GENERAL = "GENERAL"
IMPORT = "IMPORT"
NAMES = {GENERAL: "General journal", IMPORT: "Imported entries"}
