# SPDX-License-Identifier: Apache-2.0
"""Tell platform administrators what waits for one of them, and a proposer what became of it.

Events belong to companies, so that none tells of it: letters are queued in the transaction of the proposal.
"""

from uuid import UUID

from django.conf import settings

from cortex.approvals.approver import may_decide
from cortex.approvals.models import Proposal
from cortex.identity.actor_names import names_of_actors
from cortex.identity.platform_administrators import platform_administrators_with_mail
from cortex.mail.message import in_one_line
from cortex.ports.approvals import kind_named
from cortex.ports.clock import Clock
from cortex.ports.mail import Letters, LetterTo
from cortex.ports.principal import Principal
from cortex.ports.registry import get

_WAITS = """\
Something of the platform waits for a second person.

What:  {what}
By:    {who}
Until: {until} UTC
See:   {link}
"""
_DECIDED = """\
Your proposal for the platform was {state}.

What: {what}
By:   {who}
See:  {link}
"""
_ENDS = frozenset({Proposal.State.APPROVED, Proposal.State.REJECTED, Proposal.State.EXPIRED})


def write_letters(proposal: Proposal) -> None:
    """Queue one letter for each person whom the proposal concerns now, in the open transaction."""
    if proposal.is_waiting:
        _write(proposal, _deciders(proposal), topic="approvals.waits", body=_WAITS, who=proposal.proposed_by)
    elif proposal.state in _ENDS and proposal.proposer_user_id is not None:
        proposer = [proposal.proposer_user_id]
        _write(proposal, proposer, topic="approvals.decided", body=_DECIDED, who=proposal.decided_by)


def _deciders(proposal: Proposal) -> list[UUID]:
    return [
        each.user_id
        for each in platform_administrators_with_mail()
        if may_decide(
            proposal=proposal,
            principal=Principal.person(each.user_id),
        )
    ]


def _write(proposal: Proposal, user_ids: list[UUID], *, topic: str, body: str, who: str) -> None:
    what = f"{kind_named(proposal.kind).title}: {in_one_line(proposal.title, length_max=200)}"
    text = body.format(
        what=what,
        who=in_one_line(names_of_actors(urns=[who])[who], length_max=200),
        until=proposal.expires_at.strftime("%Y-%m-%d %H:%M"),
        state=proposal.state,
        link=f"{settings.PUBLIC_URL}/admin/approvals/proposal/{proposal.id}/change/",
    )
    state = "waits for a second person" if proposal.is_waiting else proposal.state
    for user_id in user_ids:
        get(Letters).queue(
            to=LetterTo(user_id=user_id),
            topic=topic,
            about=proposal.id,
            subject=f"{in_one_line(proposal.title, length_max=100)}: {state}",
            body=text,
            ends_at=get(Clock).now() + kind_named(proposal.kind).lasts,
        )
