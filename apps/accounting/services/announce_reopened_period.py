# SPDX-License-Identifier: Apache-2.0
"""Tell controllers and auditors who may see it that a closed period was opened again."""

from datetime import UTC, datetime
from urllib.parse import quote
from uuid import UUID

from django.conf import settings

from apps.accounting.adapters.policy_objects import period_as_resource
from apps.accounting.domain.policy_names import READ_BOOKS
from apps.accounting.models import FiscalPeriod
from apps.accounting.selectors.periods import period_code
from cortex.database.transactions import transactional
from cortex.identity.actor_names import names_of_actors
from cortex.identity.memberships import Recipient, members_with_mail
from cortex.mail.message import in_one_line
from cortex.mail.queueing import queue_mail_to
from cortex.ports.authorizer import Authorizer
from cortex.ports.principal import Principal
from cortex.ports.registry import get
from cortex.tenancy.companies import company_with_id

ROLES = ("controller", "auditor")
TOPIC = "accounting.period_reopened"
_BODY = """\
The closed fiscal period {period} of {company} was opened again.

By:   {who}
When: {when} UTC
See:  {link}

Until it is closed again, entries can be posted into it.
"""


@transactional
def announce_reopened_period(
    *, company_id: UUID, event_id: UUID, period_id: UUID, reopened_by: str, reopened_at: datetime
) -> int:
    """Queue one message for each controller and auditor who may see the period; return how many are new.

    It tells period, company, who and when, and no amounts. Raises: PeriodMustExist.
    """
    company = company_with_id(company_id=company_id)
    period = in_one_line(period_code(company_id=company_id, period_id=period_id), length_max=50)
    who = names_of_actors(urns=[reopened_by])[reopened_by] if reopened_by else "unknown"
    body = _BODY.format(
        period=period,
        company=f"{in_one_line(company.name, length_max=200)} ({company.code})",
        who=in_one_line(who, length_max=200),
        when=reopened_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M"),
        link=f"{settings.PUBLIC_URL}/books/{quote(company.code)}/periods/{quote(period)}/",
    )
    return queue_mail_to(
        company_id=company_id,
        recipients=_who_may_see_it(company_id, period_id),
        topic=TOPIC,
        about=event_id,
        subject=f"{company.code}: closed period {period} was opened again",
        body=body,
    )


def _who_may_see_it(company_id: UUID, period_id: UUID) -> list[Recipient]:
    period = period_as_resource(FiscalPeriod.objects.get(company_id=company_id, id=period_id))

    def may_see(user_id: UUID) -> bool:
        decision = get(Authorizer).decide(
            principal=Principal.person(user_id),
            action=READ_BOOKS,
            company_id=company_id,
            resource=period,
        )
        # Whoever only has to show a credential is asked for it where the letter leads.
        return decision.is_allowed or decision.needs == {"step_up"}

    return [each for each in members_with_mail(company_id=company_id, roles=ROLES) if may_see(each.user_id)]
