# SPDX-License-Identifier: Apache-2.0
"""Where plugins lie that were compiled for this machine."""

from typing import Annotated

from pydantic import Field

from cortex.boot.configuration.readers import Place
from cortex.boot.configuration.subjects.subject import Subject


class Plugins(Subject):
    """What lies there can be made again: it is sealed, and another one's file is not run."""

    directory: Annotated[str, Place()] = Field("", alias="PLUGIN_DIRECTORY")
