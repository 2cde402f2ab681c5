# SPDX-License-Identifier: Apache-2.0
"""What can be done with plugins; who may is said in `policies/`."""

from apps.plugins.domain.policy_names import (
    ADD_VERSION,
    CHECK_VERSIONS,
    CONFIGURE,
    DISABLE,
    ENABLE,
    INSTALL,
    INSTALLATION,
    READ_INSTALLATIONS,
    READ_VERSIONS,
    REMOVE,
    REVOKE_KEY,
    REVOKE_VERSION,
    ROLL_BACK,
    TRUST_KEY,
    TURN_SWITCH,
    UPGRADE,
)
from cortex.policy.actions import Action, declare

PLUGIN = "Plugins::Plugin"
READ = "plugins.plugin.read"
APPROVE = "plugins.plugin.approve"
PUBLISH = "plugins.plugin.publish"
_ON_THE_PLATFORM = (
    (ADD_VERSION, "Add a version of a plugin from its signed bundle"),
    (REVOKE_VERSION, "Revoke a version of a plugin, in every company"),
    (CHECK_VERSIONS, "Check signatures and revocation of what is installed"),
    (TRUST_KEY, "Trust a key that signs plugins"),
    (REVOKE_KEY, "Revoke a key that signs plugins"),
    (TURN_SWITCH, "Switch a plugin, or all of them, off and on everywhere"),
)
_IN_A_COMPANY = (
    (DISABLE, "Stop a plugin"),
    (REMOVE, "Remove a plugin"),
    (CONFIGURE, "Change the settings of a plugin"),
)
# A second person agrees where a plugin may do more afterwards.
_PROPOSED = (
    (INSTALL, "Install a plugin"),
    (UPGRADE, "Upgrade a plugin"),
    (ROLL_BACK, "Go back to the version of a plugin before"),
    (ENABLE, "Start a plugin again"),
)


def declare_actions() -> None:
    """Register the actions: the marketplace's, versions and keys of the platform, plugins of companies."""
    declare(
        Action(READ, "Look at plugins that wait for a review", "platform:read", frozenset({PLUGIN})),
        Action(APPROVE, "Approve a plugin", "platform:write", frozenset({PLUGIN})),
        Action(PUBLISH, "Publish an approved plugin", "platform:write", frozenset({PLUGIN})),
        Action(READ_VERSIONS, "See versions of plugins and the keys that sign them", "platform:read"),
        *(Action(code, title, "platform:write") for code, title in _ON_THE_PLATFORM),
        Action(READ_INSTALLATIONS, "See the plugins of a company", "plugins:read"),
        *(Action(code, title, "plugins:write", _about()) for code, title in _IN_A_COMPANY),
        *(Action(code, title, "plugins:write", _about(), is_proposed=True) for code, title in _PROPOSED),
    )


def _about() -> frozenset[str]:
    return frozenset({INSTALLATION})
