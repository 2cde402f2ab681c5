# SPDX-License-Identifier: Apache-2.0
"""An installation that people rely on. It refuses to start rather than start unsafe.

What it refuses stands in cortex.boot.configuration.safety.
"""

from cortex.boot.configuration import begin

configuration = begin("prod")

from settings.base import *  # noqa: E402

transport = configuration.transport
DEBUG = configuration.application.is_debug
SESSION_COOKIE_SECURE = transport.is_session_cookie_secure
CSRF_COOKIE_SECURE = transport.is_csrf_cookie_secure
SECURE_SSL_REDIRECT = transport.redirects_to_https
# A probe asks from inside, in plain HTTP; it must not be sent to a name that it cannot resolve.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = transport.hsts_seconds
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
if transport.is_behind_tls_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
# Checked against the server when the program starts: see cortex.database.checks.
DATABASE_ROLES_MUST_BE_SEPARATE = True
