# SPDX-License-Identifier: Apache-2.0
"""Files that people upload, files that browsers fetch, and what plugins are compiled to."""

from typing import Annotated

from pydantic import Field

from cortex.boot.configuration.readers import Place, Whole, home_of_the_program
from cortex.boot.configuration.subjects.subject import Subject


class Files(Subject):
    """Bounds and places of files."""

    stored_bytes_max: Annotated[int, Whole(1)] = Field(50 * 1024 * 1024, alias="STORED_FILE_BYTES_MAX")
    static_root: Annotated[str, Place()] = Field(
        default_factory=lambda: str(home_of_the_program() / ".cortex" / "static"), alias="STATIC_ROOT"
    )
    # Native code that this installation compiled of plugins: its processes' alone.
    plugin_directory: Annotated[str, Place()] = Field(
        default_factory=lambda: str(home_of_the_program() / ".cortex" / "plugins"), alias="PLUGIN_DIRECTORY"
    )
