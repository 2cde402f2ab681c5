# SPDX-License-Identifier: Apache-2.0
"""What may stand behind the question mark; anything else is refused, since a typo would change an answer."""

from typing import Any

from rest_framework import serializers

from cortex.api.pages import LIMIT_DEFAULT, LIMIT_MAX
from cortex.api.serializers import StrictSerializer


class PageQuery(StrictSerializer):
    """Which page of a list."""

    cursor = serializers.CharField(required=False, help_text="`next_cursor` of the page before.")
    limit = serializers.CharField(
        required=False, help_text=f"Rows a page, 1 to {LIMIT_MAX}; {LIMIT_DEFAULT} unless given."
    )


def read_query(request: Any, query: type[StrictSerializer]) -> dict[str, Any]:
    """Return the validated parameters; raises a validation error that names each wrong one."""
    # As a form, so that a parameter given twice is seen and refused.
    reader = query(data=request.query_params)
    reader.is_valid(raise_exception=True)
    return dict(reader.validated_data)
