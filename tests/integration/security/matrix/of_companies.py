# SPDX-License-Identifier: Apache-2.0
"""Situations of a company: its state, its rules, its periods, and what waits in it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from apps.accounting.services import require_for_drafts
from apps.accounting.services.close_period import close_period
from apps.accounting.services.post_or_propose_entries import post_or_propose_entries
from cortex.approvals import approver
from cortex.approvals.require_second_person import require_second_person
from cortex.database.transactions import transactional
from cortex.tenancy.models import Company
from tests.factories.books import BANK, CONSOLE, SALES
from tests.integration.cortex.policy_versions.people import fresh
from tests.integration.security.matrix.cast import Stage
from tests.integration.security.matrix.objects import above_the_limit
from tests.integration.security.matrix.situations import about, beside, joined, situation

AMOUNT = "100.01"
ABOVE: Mapping[str, Any] = {
    "accounting_date": "2026-03-15",
    "narration": "A sale",
    "lines": [{"account": BANK, "debit": AMOUNT}, {"account": SALES, "credit": AMOUNT}],
}


@situation("a suspended company")
def suspended(stage: Stage) -> Iterator[Stage]:
    with stage.own.entered():
        own = Company.objects.filter(id=stage.company_id)
        transactional(own.update)(status=Company.Status.SUSPENDED)
    yield stage


@situation("a company that asks for a second person")
def second_person(stage: Stage) -> Iterator[Stage]:
    with stage.own.entered():
        require_second_person(company_id=stage.company_id, is_required=True, set_by=CONSOLE)
        close_period(company_id=stage.company_id, period_code=stage.values["period_code"], closed_by=CONSOLE)
    limit = {"role": "accountant", "entry_limit_minor": 1}
    yield replace(stage, bodies={":open": {"reason": "A late bill"}, "/approval-limits": limit})


@situation("an amount above the limit")
def above(stage: Stage) -> Iterator[Stage]:
    yield replace(stage, bodies={"/journal-entries": ABOVE})


@situation("a closed period whose refusal nobody puts into other words")
def closed_period(stage: Stage) -> Iterator[Stage]:
    with stage.own.entered():
        close_period(company_id=stage.company_id, period_code="2026-03", closed_by=CONSOLE)
    with pytest.MonkeyPatch.context() as patched:
        # Whoever may otherwise post is told the rule of the books, which the database keeps too.
        patched.setattr(require_for_drafts, "_SHUT", ())
        yield from above(stage)


@situation("a verb that forgets who proposed")
def own_proposal(stage: Stage) -> Iterator[Stage]:
    proposer = fresh(stage.users["controller"])
    with stage.own.entered():
        proposal: Any = post_or_propose_entries(
            company_id=stage.company_id, drafts=[above_the_limit()], posted_by=proposer
        )
    colleague = joined(stage, "colleague", "controller")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(approver, "_require_second_person", lambda *given: None)
        yield about(beside(stage, colleague=colleague), proposal_id=proposal.id, digest=proposal.digest)
