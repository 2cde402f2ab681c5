# SPDX-License-Identifier: Apache-2.0
"""Trust the reviewer of a marketplace, as its installations do."""

from apps.plugins.adapters.repository.distinct_keys import key_of
from apps.plugins.adapters.signing.keys import public_text
from apps.plugins.services.trust_key import trust_key
from tests.factories.marketplace import CONSOLE, Marketplace


def trust_reviewer(shop: Marketplace) -> None:
    """Let the reviewer's key of the signing service count."""
    text = public_text(key_of(shop.public["reviewer"]))
    trust_key(role="reviewer", publisher="", untrusted_key=text.encode(), trusted_by=CONSOLE)
