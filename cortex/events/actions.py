# SPDX-License-Identifier: Apache-2.0
"""What can be done with deliveries and webhooks; who may is said in `policies/`."""

from cortex.policy.actions import Action, declare

READ = "events.delivery.read"
REPLAY = "events.delivery.replay"
DISCARD = "events.delivery.discard"
READ_WEBHOOKS = "events.webhook.read"
CHANGE_WEBHOOKS = "events.webhook.change"
HELD = "Events::HeldDelivery"
ENDPOINT = "Events::WebhookEndpoint"
SENT = "Events::WebhookDelivery"
_HELD, _WEBHOOKS = frozenset({HELD}), frozenset({ENDPOINT, SENT})


def declare_actions() -> None:
    """Register the actions."""
    declare(
        Action(code=READ, title="See deliveries of events", scope="events:read", resources=_HELD),
        Action(code=REPLAY, title="Deliver events again", scope="events:write", resources=_HELD),
        Action(code=DISCARD, title="Give up a delivery", scope="events:write", resources=_HELD),
        Action(code=READ_WEBHOOKS, title="See webhooks", scope="events:read", resources=_WEBHOOKS),
        Action(code=CHANGE_WEBHOOKS, title="Change webhooks", scope="events:write", resources=_WEBHOOKS),
    )
