# SPDX-License-Identifier: Apache-2.0
"""Measures the ledger against raw SQL in one run. Nothing of the program imports it."""
