# SPDX-License-Identifier: Apache-2.0
"""What can be done to programs and their keys. Clients belong to no company, so these are the platform's."""

from cortex.identity.accounts import ACCOUNT
from cortex.policy.actions import Action, declare

READ = "programs.client.read"
CREATE = "programs.client.create"
CHANGE = "programs.client.change"
SWITCH = "programs.client.switch"
ROTATE_SECRET = "programs.client.rotate_secret"  # noqa: S105 - the name of an action
ISSUE_TOKEN = "programs.token.issue"  # noqa: S105 - the name of an action
PURGE_TOKENS = "programs.token.purge"
END_AUTHORIZATION = "programs.authorization.end"
END_OWN_AUTHORIZATION = "programs.authorization.end_own"
GRANT_OWN_AUTHORIZATION = "programs.authorization.grant_own"
READ_KEYS = "programs.signing_key.read"
ROTATE_KEY = "programs.signing_key.rotate"
WITHDRAW_KEY = "programs.signing_key.withdraw"
_READ, _WRITE = "platform:read", "platform:write"


def declare_actions() -> None:
    """Register the actions."""
    declare(
        Action(code=READ, title="See OAuth2 clients, tokens and what people allow", scope=_READ),
        Action(code=CREATE, title="Create OAuth2 clients", scope=_WRITE),
        Action(code=CHANGE, title="Change OAuth2 clients", scope=_WRITE),
        Action(code=SWITCH, title="Enable and disable OAuth2 clients", scope=_WRITE),
        Action(code=ROTATE_SECRET, title="Rotate the secret of an OAuth2 client", scope=_WRITE),
        Action(code=ISSUE_TOKEN, title="Issue a token to an OAuth2 client", scope=_WRITE),
        Action(code=PURGE_TOKENS, title="Delete tokens that are over", scope=_WRITE),
        Action(code=END_AUTHORIZATION, title="Take back what people allow programs", scope=_WRITE),
        Action(code=END_OWN_AUTHORIZATION, title="Take back what one allows programs oneself", scope=_WRITE),
        Action(
            code=GRANT_OWN_AUTHORIZATION,
            title="Let a program act for oneself",
            scope=_WRITE,
            # Asked for the account of whoever says yes.
            resources=frozenset({ACCOUNT}),
        ),
        Action(code=READ_KEYS, title="See the keys that sign tokens", scope=_READ),
        Action(code=ROTATE_KEY, title="Rotate the key that signs tokens", scope=_WRITE),
        Action(code=WITHDRAW_KEY, title="Withdraw a key that signed tokens", scope=_WRITE),
    )
