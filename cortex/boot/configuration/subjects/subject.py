# SPDX-License-Identifier: Apache-2.0
"""What the models of all subjects have in common."""

from pydantic import BaseModel, ConfigDict


class Subject(BaseModel):
    """Values that belong together; they are read once and never change while the process lives."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
