# SPDX-License-Identifier: Apache-2.0
"""What an import did, as jobs, answers and commands write it."""

from dataclasses import asdict
from typing import Any

from apps.accounting.domain.journal_import import ImportSummary
from cortex.money import format_amount


def import_summary_json(summary: ImportSummary) -> dict[str, Any]:
    """Return the summary as plain JSON: the total as a decimal string, dates as ISO texts."""
    members = asdict(summary)
    total_minor = members.pop("total_minor")
    return {
        **members,
        "fiscal_years_opened": list(summary.fiscal_years_opened),
        "total": format_amount(total_minor, summary.currency),
        "first_date": summary.first_date and summary.first_date.isoformat(),
        "last_date": summary.last_date and summary.last_date.isoformat(),
    }
