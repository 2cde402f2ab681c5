# SPDX-License-Identifier: Apache-2.0
"""How long a body may be."""

import re

from django.conf import settings


def body_bytes_max(*, path: str) -> int:
    """Return how many bytes a body may have at this path."""
    for pattern, limit in settings.BODY_BYTES_MAX_OF_PATHS:
        if re.fullmatch(pattern, path):
            return int(limit)
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
