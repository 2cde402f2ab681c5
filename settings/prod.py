# SPDX-License-Identifier: Apache-2.0
"""An installation that people rely on. It refuses to start rather than start unsafe."""

from settings import env
from settings.base import *

SECRET_KEY_LENGTH_MIN = 50
DEBUG = env.boolean("DEBUG", False)
if DEBUG:
    raise env.refuse("DEBUG", expected="off in production, got on", remedy="Unset it, or use settings.dev.")
# What keys in a repository say, this one's tests and measurements included, and random ones do not.
PUBLIC_KEY_MARKS = ("django-insecure", "tests-only", "figures-only", "0123456789", "abcdefghij")
for _name, _key in [
    ("SECRET_KEY", SECRET_KEY),
    *(("SECRET_KEY_FALLBACKS", fallback) for fallback in SECRET_KEY_FALLBACKS),
]:
    if (
        len(_key) < SECRET_KEY_LENGTH_MIN
        or len(set(_key)) < 10
        or any(mark in _key.lower() for mark in PUBLIC_KEY_MARKS)
    ):
        raise env.refuse(
            _name,
            expected=f"at least {SECRET_KEY_LENGTH_MIN} random characters, got a default or short key",
            remedy="Make one with `openssl rand -base64 48`.",
        )
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise env.refuse("ALLOWED_HOSTS", expected="the host names of this installation, separated by commas")
env.text("DATABASE_SERVICE_URL")

SESSION_COOKIE_SECURE = env.boolean("SESSION_COOKIE_SECURE", True)
CSRF_COOKIE_SECURE = env.boolean("CSRF_COOKIE_SECURE", True)
for _name, _is_secure in (
    ("SESSION_COOKIE_SECURE", SESSION_COOKIE_SECURE),
    ("CSRF_COOKIE_SECURE", CSRF_COOKIE_SECURE),
):
    if not _is_secure:
        raise env.refuse(_name, expected="on in production, got off", remedy="Unset it and serve over TLS.")

SECURE_SSL_REDIRECT = env.boolean("SECURE_SSL_REDIRECT", True)
# A probe asks from inside, in plain HTTP; it must not be sent to a name that it cannot resolve.
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = env.integer("SECURE_HSTS_SECONDS", 365 * 24 * 60 * 60)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
if env.boolean("BEHIND_TLS_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
# Checked against the server when the program starts: see cortex.database.checks.
DATABASE_ROLES_MUST_BE_SEPARATE = True
