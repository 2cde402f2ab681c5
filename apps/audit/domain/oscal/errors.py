# SPDX-License-Identifier: Apache-2.0
"""What is refused about assessment results."""

from cortex.errors import CortexError


class AssessmentResultsMustBeValid(CortexError):
    """The assessment results do not follow NIST's schema: none leave the house."""

    code = "audit.assessment_results_must_be_valid"
    status = 500
