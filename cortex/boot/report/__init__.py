# SPDX-License-Identifier: Apache-2.0
"""What a start came to, in a form that two machines can compare."""

from cortex.boot.report.composing import Report, compose_report
from cortex.boot.report.sections import report_section

__all__ = ["Report", "compose_report", "report_section"]
