# SPDX-License-Identifier: Apache-2.0
"""What a browser is told it may do with our pages."""

from dataclasses import replace
from typing import Any

from csp.constants import UNSAFE_EVAL, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

# The admin's Alpine evaluates the expressions in its attributes, and its widgets set styles inline.
# A nonce would switch 'unsafe-inline' off, so the directive is replaced and not extended.
_ADMIN_STYLE = ("'self'", UNSAFE_INLINE)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The policy of the settings everywhere, relaxed under the admin and nowhere else."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """Return the parts of this response's policy."""
        parts = super().get_policy_parts(request=request, response=response, report_only=report_only)
        if report_only or not request.path_info.startswith(reverse("admin:index")):
            return parts
        directives: dict[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        scripts = [*directives["script-src"], UNSAFE_EVAL]
        return replace(
            parts, replace={"script-src": scripts, "style-src": _ADMIN_STYLE, **(parts.replace or {})}
        )
