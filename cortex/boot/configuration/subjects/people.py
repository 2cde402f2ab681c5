# SPDX-License-Identifier: Apache-2.0
"""Through which providers of their organisation people may sign in, and which passwords they may not take."""

from typing import Annotated, Any

from pydantic import Field

from cortex.boot.configuration.readers import JsonObject, Place
from cortex.boot.configuration.subjects.subject import Subject


class People(Subject):
    """OpenID providers by id, whose secrets come from the vault; and a file of breached passwords."""

    federation: Annotated[dict[str, Any], JsonObject()] = Field({}, alias="FEDERATION")
    breached_passwords: Annotated[str, Place()] = Field("", alias="BREACHED_PASSWORDS")
