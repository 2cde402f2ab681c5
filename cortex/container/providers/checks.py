# SPDX-License-Identifier: Apache-2.0
"""What Django checks before it starts: limits for a provider that is not there limit nothing."""

from typing import Any

from django.core.checks import CheckMessage, Error

from cortex.container.providers.limits import SETTING, known_keys, unknown_keys
from cortex.container.providers.registry import providers


def check_limits(**_options: Any) -> list[CheckMessage]:
    """Return an error for each key of PROVIDER_LIMITS that names no capability and no provider."""
    names = providers.names()
    known = known_keys(capabilities=names)
    return [
        Error(
            f"{SETTING}: {key}: expected one of {', '.join(known)}.",
            hint="A misspelt name would limit nothing.",
            id="providers.E001",
        )
        for key in unknown_keys(capabilities=names)
    ]
