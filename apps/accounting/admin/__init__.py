# SPDX-License-Identifier: Apache-2.0
"""The books in the administration: everything can be found, nothing can be changed."""

from apps.accounting.admin import calendar, chart, journal_entries, ledgers

__all__ = ["calendar", "chart", "journal_entries", "ledgers"]
