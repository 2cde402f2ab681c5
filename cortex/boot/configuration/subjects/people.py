# SPDX-License-Identifier: Apache-2.0
"""Through which providers of their organisation people may sign in."""

from typing import Annotated, Any

from pydantic import Field

from cortex.boot.configuration.readers import JsonObject
from cortex.boot.configuration.subjects.subject import Subject


class People(Subject):
    """OpenID providers by id; their secrets come from the vault."""

    federation: Annotated[dict[str, Any], JsonObject()] = Field({}, alias="FEDERATION")
