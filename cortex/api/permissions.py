# SPDX-License-Identifier: Apache-2.0
"""The frame's own question; what somebody may do is policy's."""

from typing import Any

from rest_framework.permissions import BasePermission


class IsSignedIn(BasePermission):
    """Lets in whoever is known; views then ask for the action they declare."""

    def has_permission(self, request: Any, view: Any) -> bool:
        """Return whether somebody is behind the request."""
        return bool(request.user and request.user.is_authenticated)
