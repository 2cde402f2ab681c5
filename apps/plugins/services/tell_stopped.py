# SPDX-License-Identifier: Apache-2.0
"""The alarm of a plugin that was stopped by nobody of its company: mail to those who answer for it."""

from uuid import UUID, uuid5

from django.conf import settings
from prometheus_client import Counter

from apps.plugins.models import Installation
from cortex.mail.queueing import queue_mail
from cortex.tenancy.companies import company_with_id

TOPIC, ROLES = "plugins.stopped", ("controller", "administrator")
STOPPED = Counter("cortex_plugins_stopped_total", "Installations of plugins that were stopped.", ["state"])
_ALARMS = UUID("0193f3a2-7c1e-7b60-9d53-5a2f6d0f8a11")
_BODY = """\
The plugin {plugin} {version} of {company} was {state}: it is called no more.

Reason: {reason}

What it would have refused is not refused meanwhile unless it says otherwise; its data is kept. See the
plugins of the company: {link}
"""


def tell_stopped(*, installation: Installation) -> None:
    """Queue a message to each controller and administrator of the company, and count."""
    company = company_with_id(company_id=installation.company_id)
    told = f"{installation.id} {installation.version_id} {installation.state_reason}"
    queue_mail(
        company_id=company.id,
        roles=ROLES,
        topic=TOPIC,
        # Once for each reason: a plugin that is started again and stopped again is told of again.
        about=uuid5(_ALARMS, told),
        subject=f"{company.code}: plugin {installation.plugin_id} was stopped",
        body=_BODY.format(
            plugin=installation.plugin_id,
            version=installation.version.version,
            company=company.code,
            state=installation.state,
            reason=installation.state_reason,
            link=f"{settings.PUBLIC_URL}/admin/plugins/installation/",
        ),
    )
    STOPPED.labels(installation.state).inc()
