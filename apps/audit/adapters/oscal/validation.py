# SPDX-License-Identifier: Apache-2.0
"""Hold assessment results against NIST's schema before they leave the house."""

import json
from functools import cache
from importlib.resources import files
from typing import Any

from apps.audit.domain.oscal.errors import AssessmentResultsMustBeValid

_SCHEMA = "oscal_complete_1.2.3.json"
_MODEL = "assessment-results"


def require_valid(document: dict[str, Any]) -> None:
    """Return if the document follows the schema; raises AssessmentResultsMustBeValid with the first place.

    Source: NIST OSCAL 1.2.3, oscal_complete_schema.json.
    """
    error = next(_validator().iter_errors(document), None)
    if error is not None:
        place = "/".join(map(str, error.instance_path)) or "the document"
        raise AssessmentResultsMustBeValid(
            f"Assessment results, {place[:200]}: expected what OSCAL 1.2.3 allows, got something else.",
            evidence={"object": place[:200], "schema": "/".join(map(str, error.schema_path))[:200]},
        )


@cache
def _validator() -> Any:
    """Compile the branch of this model alone: of all branches at once, errors would name no place."""
    import jsonschema_rs  # noqa: PLC0415 - a library of native code that exports alone need

    schema = json.loads(files("apps.audit.adapters.oscal").joinpath("vendor", _SCHEMA).read_bytes())
    branches = [each for each in schema.pop("oneOf") if _MODEL in each["properties"]]
    return jsonschema_rs.validator_for({**schema, **branches[0]})
