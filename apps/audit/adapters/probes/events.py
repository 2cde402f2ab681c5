# SPDX-License-Identifier: Apache-2.0
"""Events: delivered, not given up, and sent outside over TLS only."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from apps.audit.adapters.probes.counting import none_of, rows
from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe
from cortex.events.models import HeldDelivery, WebhookEndpoint

_UNSENT = """
SELECT count(*), count(*) FILTER (WHERE event.recorded_at < %s)
  FROM events_unsent_event unsent
  JOIN events_outbox_event event ON event.company_id = unsent.company_id AND event.id = unsent.event_id
"""


@probe(
    "events.dead_letters",
    title="No event was given up",
    remedy="Look at 'Deliveries on hold': mend the cause, and deliver again.",
)
def dead_letters(asked: Asked) -> Finding:
    """Look for deliveries that ended as dead letters."""
    held = HeldDelivery.objects.all()
    return none_of(
        held.filter(state=HeldDelivery.State.DEAD),
        of=held.count(),
        well="No event was given up.",
        ill="Events that were given up",
    )


@probe(
    "events.outbox",
    title="Events leave the outbox in time",
    remedy="Look whether the relay runs: worker of the queue 'events', broker, lease.",
    minutes=15,
)
def outbox(asked: Asked) -> Finding:
    """Look for events that wait for long."""
    ((waiting, late),) = rows(_UNSENT, asked.now - timedelta(minutes=asked["minutes"]))
    return judged(
        late == 0,
        well="No event waits for long.",
        ill=f"Events that wait for more than {asked['minutes']} minutes: {late}.",
        looked_at=waiting,
        offending=late,
    )


@probe(
    "events.webhooks",
    title="Webhooks go over TLS and never into the own network",
    remedy="Unset WEBHOOK_HTTP_ALLOWED and WEBHOOK_PRIVATE_ADDRESSES_ALLOWED; change the endpoints.",
)
def webhooks(asked: Asked) -> Finding:
    """Look at the switches, and for endpoints without TLS."""
    if settings.WEBHOOK_HTTP_ALLOWED or settings.WEBHOOK_PRIVATE_ADDRESSES_ALLOWED:
        return judged(
            False,
            well="",
            ill="Webhooks without TLS or into the own network are allowed.",
            http=settings.WEBHOOK_HTTP_ALLOWED,
            private=settings.WEBHOOK_PRIVATE_ADDRESSES_ALLOWED,
        )
    endpoints = WebhookEndpoint.objects.all()
    return none_of(
        endpoints.filter(~Q(url__startswith="https://")),
        of=endpoints.count(),
        well="Every webhook goes over TLS.",
        ill="Webhooks without TLS",
    )
