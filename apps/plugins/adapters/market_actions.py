# SPDX-License-Identifier: Apache-2.0
"""What can be done in the marketplace; who may is said in `policies/marketplace.cedar`."""

from apps.plugins.adapters.policy_entities import APPROVE, PLUGIN, PUBLISH, READ
from cortex.policy.actions import Action, declare

__all__ = [
    "APPROVE",
    "CLOSE_REPORT",
    "CONFIRM_PUBLISHER",
    "KEEP_PUBLISHER",
    "PLUGIN",
    "PUBLISH",
    "PUBLISHER",
    "READ",
    "SEE_PUBLISHER",
    "WITHDRAW",
    "WRITE_REPORT",
]

PUBLISHER = "Plugins::Publisher"
SEE_PUBLISHER = "plugins.publisher.see"
KEEP_PUBLISHER = "plugins.publisher.keep"
CONFIRM_PUBLISHER = "plugins.publisher.confirm"
WITHDRAW = "plugins.release.withdraw"
WRITE_REPORT = "plugins.report.write"
CLOSE_REPORT = "plugins.report.close"
_READ, _WRITE = "marketplace:read", "marketplace:write"


def declare_market_actions() -> None:
    """Register the actions of publishers, of whoever withdraws, and of reports."""
    own, version = frozenset({PUBLISHER}), frozenset({PLUGIN})
    declare(
        Action(SEE_PUBLISHER, "See one's own publishers and submissions", _READ, own),
        Action(KEEP_PUBLISHER, "Claim namespaces, prove keys, send plugins in and sign them", _WRITE, own),
        Action(CONFIRM_PUBLISHER, "Confirm that a namespace is its publisher's", "platform:write", own),
        Action(WITHDRAW, "Yank or revoke a released plugin", _WRITE, version),
        Action(WRITE_REPORT, "Report a problem with a plugin", _WRITE, version),
        Action(CLOSE_REPORT, "Answer a problem report", "platform:write"),
    )
