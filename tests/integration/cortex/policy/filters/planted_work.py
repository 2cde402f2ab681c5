# SPDX-License-Identifier: Apache-2.0
"""Rows of the kernel: proposals, jobs, and what is on its way to receivers."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from cortex import clock
from cortex.approvals.models import Proposal
from cortex.database.transactions import transactional
from cortex.events.models import HeldDelivery, OutboxEvent, WebhookDelivery, WebhookEndpoint
from cortex.jobs.models import Job

ENDPOINTS = 12


@transactional
def plant_work(*, company_id: UUID, people: Sequence[UUID], size: int) -> None:
    """Leave about `size` rows of each type, of these people and of others."""
    for number in range(size):
        somebody = people[number % len(people)]
        _proposal(company_id, number, somebody)
        _job(company_id, number, somebody)
    endpoints = [_endpoint(company_id, number) for number in range(ENDPOINTS)]
    for number, event in enumerate(OutboxEvent.objects.filter(company_id=company_id)[:size]):
        _held(event, number)
        _sent(event, number, endpoints[number % ENDPOINTS])


def _proposal(company_id: UUID, number: int, somebody: UUID) -> None:
    is_of_service = number % 3 == 0
    Proposal.objects.create(
        company_id=company_id,
        kind="testing",
        action=("accounting.journal_entry.post", "accounting.fiscal_period.reopen")[number % 2],
        summary=[],
        content={},
        digest="0" * 64,
        amount_minor=None if number % 4 == 0 else number * 5_000,
        proposer_kind="service" if is_of_service else "user",
        proposer_id="console" if is_of_service else str(somebody),
        proposer_user_id=None if is_of_service else somebody,
        proposed_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
    )


def _job(company_id: UUID, number: int, somebody: UUID) -> None:
    kind, acts_for_person = ("user", "client", "service")[number % 3], number % 6 == 1
    state = ("queued", "failed", "cancelled", "succeeded")[number % 4]
    Job.objects.create(
        company_id=company_id,
        kind=("accounting.import_journal", "accounting.export", "audit.export")[number // 2 % 3],
        owner_kind=kind,
        owner_id={"user": str(somebody), "client": "books-robot", "service": "console"}[kind],
        owner_user_id=somebody if kind == "user" or acts_for_person else None,
        owner_acts_for_person=acts_for_person,
        state=state,
        finished_at=None if state == "queued" else clock.now(),
    )


def _endpoint(company_id: UUID, number: int) -> WebhookEndpoint:
    wanted = (["*"], ["accounting.journal_entry.posted.v1"], ["*", "nothing"], ["nothing"])
    return WebhookEndpoint.objects.create(
        company_id=company_id,
        url=f"https://receiver.example/{number % 3}",
        event_types=wanted[number % len(wanted)],
        is_active=number % 2 == 0,
        failures_in_a_row=0,
        secret_version=1,
        secret_changed_at=clock.now(),
        created_at=clock.now(),
    )


def _held(event: OutboxEvent, number: int) -> None:
    HeldDelivery.objects.create(
        company_id=event.company_id,
        subscriber=("first", "second", "last")[number % 3],
        event_id=event.id,
        aggregate_id=event.aggregate_id,
        lane=0,
        position=event.position,
        state=("dead", "waiting")[number % 2],
        attempts=number % 6,
        due_at=clock.now(),
        held_at=clock.now(),
    )


def _sent(event: OutboxEvent, number: int, endpoint: WebhookEndpoint) -> None:
    WebhookDelivery.objects.create(
        company_id=event.company_id,
        endpoint=endpoint,
        event_id=event.id,
        state=("queued", "sent", "failed")[number // 2 % 3],
        attempts=number % 4,
        due_at=clock.now(),
        created_at=clock.now(),
    )
