# SPDX-License-Identifier: Apache-2.0
"""The alarm of an opened access: mail to everybody who answers for the company, a line, and a count."""

from urllib.parse import quote

import structlog
from django.conf import settings
from prometheus_client import Counter

from cortex.break_glass.models import BreakGlassAccess
from cortex.identity.actor_names import names_of_actors
from cortex.identity.memberships import members_with_mail
from cortex.identity.platform_administrators import platform_administrators_with_mail
from cortex.mail.message import in_one_line
from cortex.mail.queueing import queue_mail_to
from cortex.tenancy.companies import company_with_id

TOPIC, ROLES = "break_glass.opened", ("administrator", "controller")
OPENED = Counter("cortex_emergency_access_opened_total", "Emergency access that somebody opened.")
_BODY = """\
{who} has opened emergency access to {company}.

Reason: {reason}
Until:  {until} UTC
See:    {link}

If you do not know of an emergency, end it there now.
"""
_log = structlog.get_logger(__name__)


def raise_alarm(*, access: BreakGlassAccess) -> None:
    """Queue a message to each administrator and controller of the company and of the platform, and warn."""
    company = company_with_id(company_id=access.company_id)
    told = {each.user_id: each for each in members_with_mail(company_id=company.id, roles=ROLES)}
    told |= {each.user_id: each for each in platform_administrators_with_mail()}
    queue_mail_to(
        company_id=company.id,
        recipients=list(told.values()),
        topic=TOPIC,
        about=access.id,
        subject=f"{company.code}: emergency access was opened",
        body=_BODY.format(
            who=in_one_line(names_of_actors(urns=[access.holder])[access.holder], length_max=200),
            company=f"{in_one_line(company.name, length_max=200)} ({company.code})",
            reason=access.reason,
            until=access.expires_at.strftime("%Y-%m-%d %H:%M"),
            link=f"{settings.PUBLIC_URL}/books/{quote(company.code)}/emergency-access/",
        ),
    )
    OPENED.inc()
    _log.warning(
        "emergency_access_opened",
        access=str(access.id),
        company_id=str(company.id),
        principal=access.holder,
        expires_at=access.expires_at.isoformat(),
    )
