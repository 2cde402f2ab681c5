# SPDX-License-Identifier: Apache-2.0
"""How much may be asked: of providers by the program, and of the program by its callers."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from cortex.boot.configuration.readers import JsonObject, Whole
from cortex.boot.configuration.subjects.subject import Subject


class Limits(Subject):
    """What a provider's fields mean is checked where providers are registered."""

    providers: Annotated[Mapping[str, Any], JsonObject()] = Field(
        default_factory=dict, alias="PROVIDER_LIMITS"
    )
    api_requests_per_minute: Annotated[int, Whole(1)] = Field(6_000, alias="API_REQUESTS_PER_MINUTE")
    api_requests_burst: Annotated[int, Whole(1)] = Field(1_000, alias="API_REQUESTS_BURST")
