# SPDX-License-Identifier: Apache-2.0
"""Links that leave by mail: under the configured address, never under one that a request names."""

from django.conf import settings
from django.urls import reverse

from cortex.errors import CortexError


class PublicAddressMustBeConfigured(CortexError):
    """Nobody said under which address people reach this program, so no link can be sent to them."""

    code = "identity.public_address_must_be_configured"
    status = 503


def public_link(*, route: str, **arguments: object) -> str:
    """Return the full address of a page; raises PublicAddressMustBeConfigured."""
    if not settings.PUBLIC_URL:
        raise PublicAddressMustBeConfigured(
            "Link: expected PUBLIC_URL to say where people reach this program, got none. "
            "Ask the operator to set it.",
            evidence={"object": "PUBLIC_URL", "remedy": "set PUBLIC_URL"},
        )
    return f"{settings.PUBLIC_URL}{reverse(route, kwargs=arguments)}"
