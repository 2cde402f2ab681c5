# SPDX-License-Identifier: Apache-2.0
"""A system check: the rules that the program brings along fit the program."""

from typing import Any

from django.core.checks import CheckMessage, Error

from apps.audit.domain.governance.packaged import PACKAGED
from apps.audit.domain.governance.soundness import Program, problems_of

_HINT = "Change apps/audit/domain/governance/packaged.py, or what rooms register with cortex.ports.retention."


def governance_check(*, program: Any) -> Any:
    """Return the check of the packaged rules against what `program()` returns when it is run."""

    def rules_fit_the_program(app_configs: Any, **_options: Any) -> list[CheckMessage]:
        return errors_of(program())

    return rules_fit_the_program


def errors_of(program: Program) -> list[CheckMessage]:
    """Return an error for each field, kind of data or action that the packaged rules get wrong."""
    return [Error(problem, hint=_HINT, id="audit.E001") for problem in problems_of(PACKAGED, program=program)]
