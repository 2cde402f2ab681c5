# SPDX-License-Identifier: Apache-2.0
"""Names under which policies and the log know plugins, and what is done with them."""

# Types of objects in leaves and events.
VERSION_TYPE, KEY_TYPE, SWITCH_TYPE = "plugins.version", "plugins.key", "plugins.switch"
INSTALLATION_TYPE, CHECK_TYPE = "plugins.installation", "plugins.check"
INSTALLATION = "Plugins::Installation"

READ_VERSIONS = "plugins.version.read"
ADD_VERSION = "plugins.version.add"
REVOKE_VERSION = "plugins.version.revoke"
CHECK_VERSIONS = "plugins.version.check"
TRUST_KEY = "plugins.key.trust"
REVOKE_KEY = "plugins.key.revoke"
TURN_SWITCH = "plugins.switch.turn"

READ_INSTALLATIONS = "plugins.installation.read"
INSTALL = "plugins.installation.install"
UPGRADE = "plugins.installation.upgrade"
ROLL_BACK = "plugins.installation.rollback"
ENABLE = "plugins.installation.enable"
DISABLE = "plugins.installation.disable"
REMOVE = "plugins.installation.remove"
CONFIGURE = "plugins.installation.configure"
# A leaf of what nobody asked for in the company: its version or a key was revoked, or the night found it bad.
STOP = "plugins.installation.stop"
