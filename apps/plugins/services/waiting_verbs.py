# SPDX-License-Identifier: Apache-2.0
"""Verbs of plugins as doors call them: where the policies ask for a second person they are proposed.

What a plugin may do more waits by kinds of its own (`approval_kinds`), which show what it would be granted.
"""

from apps.plugins.adapters.market_actions import CONFIRM_PUBLISHER
from apps.plugins.domain.policy_names import CONFIGURE, INSTALLATION_TYPE, KEY_TYPE, TRUST_KEY
from apps.plugins.selectors.marketplace.documents import PUBLISHER_TYPE
from apps.plugins.services.change_settings import change_settings
from apps.plugins.services.marketplace.confirm_namespace import confirm_namespace
from apps.plugins.services.trust_key import trust_key
from cortex.ports.waiting_verbs import lets_wait

configure_or_wait = lets_wait(
    "plugins.installation.configure",
    title="Change the settings of a plugin",
    action=CONFIGURE,
    by="changed_by",
    about=(INSTALLATION_TYPE, "plugin_id"),
)(change_settings)
trust_key_or_wait = lets_wait(
    "plugins.key.trust",
    title="Trust a key that signs plugins",
    action=TRUST_KEY,
    by="trusted_by",
    about=(KEY_TYPE, "publisher"),
)(trust_key)
confirm_or_wait = lets_wait(
    "plugins.publisher.confirm",
    title="Confirm that a namespace is its publisher's",
    action=CONFIRM_PUBLISHER,
    by="confirmed_by",
    about=(PUBLISHER_TYPE, "namespace"),
)(confirm_namespace)
