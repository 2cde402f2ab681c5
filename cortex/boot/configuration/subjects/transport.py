# SPDX-License-Identifier: Apache-2.0
"""What travels encrypted; `settings.prod` reads it, and refuses to leave any of it off."""

from typing import Annotated

from pydantic import Field

from cortex.boot.configuration.readers import Flag, Whole
from cortex.boot.configuration.subjects.subject import Subject


class Transport(Subject):
    """Cookies, redirects and what browsers are told about HTTPS."""

    is_session_cookie_secure: Annotated[bool, Flag()] = Field(True, alias="SESSION_COOKIE_SECURE")
    is_csrf_cookie_secure: Annotated[bool, Flag()] = Field(True, alias="CSRF_COOKIE_SECURE")
    redirects_to_https: Annotated[bool, Flag()] = Field(True, alias="SECURE_SSL_REDIRECT")
    hsts_seconds: Annotated[int, Whole()] = Field(365 * 24 * 60 * 60, alias="SECURE_HSTS_SECONDS")
    is_behind_tls_proxy: Annotated[bool, Flag()] = Field(False, alias="BEHIND_TLS_PROXY")
