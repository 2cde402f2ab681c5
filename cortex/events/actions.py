# SPDX-License-Identifier: Apache-2.0
"""Who may look at deliveries, and who may repeat them or give them up."""

from cortex.policy.actions import Action, declare

READ = "events.delivery.read"
REPLAY = "events.delivery.replay"
DISCARD = "events.delivery.discard"
READ_WEBHOOKS = "events.webhook.read"
CHANGE_WEBHOOKS = "events.webhook.change"
_READERS = frozenset({"controller", "auditor", "administrator"})
_CHANGERS = frozenset({"administrator"})


def declare_actions() -> None:
    """Register the actions."""
    declare(
        Action(code=READ, title="See deliveries of events", roles=_READERS, scope="events:read"),
        Action(code=REPLAY, title="Deliver events again", roles=_CHANGERS, scope="events:write"),
        Action(code=DISCARD, title="Give up a delivery", roles=_CHANGERS, scope="events:write"),
        Action(code=READ_WEBHOOKS, title="See webhooks", roles=_READERS, scope="events:read"),
        Action(code=CHANGE_WEBHOOKS, title="Change webhooks", roles=_CHANGERS, scope="events:write"),
    )
