# SPDX-License-Identifier: Apache-2.0
"""Whether a person has allowed a program before what it asks for again."""

from typing import Any

from oauth2_provider.models import AbstractApplication

from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.programs.asked import Asked
from cortex.programs.families import LIFETIME
from cortex.programs.models import Authorization


def was_allowed_before(*, asked: Asked, user: Any) -> bool:
    """Tell whether a yes that still counts covers the scopes. A public client's name proves nothing: no."""
    if asked.application.client_type != AbstractApplication.CLIENT_CONFIDENTIAL:
        return False
    return Authorization.objects.filter(
        user=user,
        application=asked.application,
        ended_at__isnull=True,
        granted_at__gt=get(Clock).now() - LIFETIME,
        scopes__contains=list(asked.scopes),
    ).exists()
