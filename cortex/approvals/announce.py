# SPDX-License-Identifier: Apache-2.0
"""Tell by mail what waits and what was decided: kind, company, who and until when; no texts, no amounts."""

from collections.abc import Sequence
from urllib.parse import quote
from uuid import UUID

from django.conf import settings

from cortex.approvals.approver import may_decide
from cortex.approvals.models import Proposal
from cortex.approvals.selectors import proposal_of
from cortex.database.transactions import transactional
from cortex.identity.actor_names import names_of_actors
from cortex.identity.memberships import Recipient, members_with_mail, people_with_mail
from cortex.identity.models import Membership
from cortex.mail.message import in_one_line
from cortex.mail.queueing import queue_mail_to
from cortex.ports.approvals import kind_named
from cortex.ports.principal import Principal
from cortex.tenancy.companies import company_with_id

WAITS, DECIDED = "approvals.waits", "approvals.decided"
_WAITS = """\
Something waits for a second person in {company}.

What:  {what}
By:    {who}
Until: {until} UTC
See:   {link}
"""
_DECIDED = """\
Your proposal in {company} was {state}.

What: {what}
By:   {who}
See:  {link}
"""


@transactional
def announce_waiting(*, company_id: UUID, event_id: UUID, proposal_id: UUID) -> int:
    """Queue one message for each person who could decide, delegates too; return how many are new."""
    proposal = proposal_of(company_id=company_id, proposal_id=proposal_id, reader=None)
    if not proposal.is_waiting:
        return 0
    deciders = [
        person
        for person in members_with_mail(company_id=company_id, roles=Membership.Role.values)
        if may_decide(proposal=proposal, principal=Principal.person(person.user_id))
    ]
    until = proposal.expires_at.strftime("%Y-%m-%d %H:%M")
    return _queue(
        proposal, company_id, event_id, WAITS, deciders, _WAITS, who=proposal.proposed_by, until=until
    )


@transactional
def announce_decision(*, company_id: UUID, event_id: UUID, proposal_id: UUID) -> int:
    """Queue a message for the proposer, where it is a person with an address; return how many are new."""
    proposal = proposal_of(company_id=company_id, proposal_id=proposal_id, reader=None)
    proposer = [proposal.proposer_user_id] if proposal.proposer_user_id else []
    return _queue(
        proposal,
        company_id,
        event_id,
        DECIDED,
        people_with_mail(company_id=company_id, user_ids=proposer),
        _DECIDED,
        who=proposal.decided_by,
        state=proposal.state,
    )


def _queue(
    proposal: Proposal,
    company_id: UUID,
    event_id: UUID,
    topic: str,
    recipients: Sequence[Recipient],
    body: str,
    *,
    who: str,
    **told: str,
) -> int:
    company = company_with_id(company_id=company_id)
    what = kind_named(proposal.kind).title
    state = told.get("state", "waits for a second person")
    return queue_mail_to(
        company_id=company_id,
        recipients=recipients,
        topic=topic,
        about=event_id,
        subject=f"{company.code}: {what}: {state}",
        body=body.format(
            company=f"{in_one_line(company.name, length_max=200)} ({company.code})",
            what=what,
            who=in_one_line(names_of_actors(urns=[who])[who], length_max=200),
            link=f"{settings.PUBLIC_URL}/books/{quote(company.code)}/approvals/{proposal.id}/",
            **told,
        ),
    )
