# SPDX-License-Identifier: Apache-2.0
"""Verbs of webhooks and deliveries as doors call them: what needs a second person is proposed.

A secret is shown to whoever asks and to nobody else, so that `rotate_secret` does not wait: it is refused. A
webhook that was agreed to has a secret that nobody has seen, until it is rotated by somebody whom no policy
asks for a second person.
"""

from cortex.events.actions import CHANGE_WEBHOOKS, DISCARD, REPLAY
from cortex.events.dead_letters import discard_delivery, retry_delivery
from cortex.events.replay import OBJECT_TYPE, replay_events
from cortex.events.webhooks.deliveries import resend
from cortex.events.webhooks.endpoints import create_endpoint, remove_endpoint, set_active
from cortex.ports.waiting_verbs import lets_wait

_ENDPOINT = ("events.webhook_endpoint", "endpoint_id")
_HELD = ("events.delivery", "delivery_id")

create_or_wait = lets_wait(
    "events.webhook.create",
    title="Send events to a new address",
    action=CHANGE_WEBHOOKS,
    by="created_by",
    about=("events.webhook_endpoint", "url"),
)(create_endpoint)
set_active_or_wait = lets_wait(
    "events.webhook.switch",
    title="Switch a webhook",
    action=CHANGE_WEBHOOKS,
    by="changed_by",
    about=_ENDPOINT,
)(set_active)
remove_or_wait = lets_wait(
    "events.webhook.remove",
    title="Remove a webhook",
    action=CHANGE_WEBHOOKS,
    by="removed_by",
    about=_ENDPOINT,
)(remove_endpoint)
resend_or_wait = lets_wait(
    "events.webhook.resend",
    title="Send to a webhook again",
    action=CHANGE_WEBHOOKS,
    by="resent_by",
    about=("events.webhook_delivery", "delivery_id"),
)(resend)
retry_or_wait = lets_wait(
    "events.delivery.retry", title="Try a held delivery again", action=REPLAY, by="retried_by", about=_HELD
)(retry_delivery)
discard_or_wait = lets_wait(
    "events.delivery.discard", title="Give a delivery up", action=DISCARD, by="discarded_by", about=_HELD
)(discard_delivery)
replay_or_wait = lets_wait(
    "events.delivery.replay",
    title="Deliver events again",
    action=REPLAY,
    by="replayed_by",
    about=(OBJECT_TYPE, "subscriber"),
)(replay_events)
