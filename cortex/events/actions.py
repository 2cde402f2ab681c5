# SPDX-License-Identifier: Apache-2.0
"""What can be done with deliveries and webhooks; who may is said in `policies/`."""

from cortex.policy.actions import Action, declare

READ = "events.delivery.read"
REPLAY = "events.delivery.replay"
DISCARD = "events.delivery.discard"
READ_WEBHOOKS = "events.webhook.read"
CHANGE_WEBHOOKS = "events.webhook.change"


def declare_actions() -> None:
    """Register the actions."""
    declare(
        Action(code=READ, title="See deliveries of events", scope="events:read"),
        Action(code=REPLAY, title="Deliver events again", scope="events:write"),
        Action(code=DISCARD, title="Give up a delivery", scope="events:write"),
        Action(code=READ_WEBHOOKS, title="See webhooks", scope="events:read"),
        Action(code=CHANGE_WEBHOOKS, title="Change webhooks", scope="events:write"),
    )
