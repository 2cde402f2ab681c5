# SPDX-License-Identifier: Apache-2.0
"""What browsers are told: cookies, content, frames."""

from typing import Any

from django.conf import settings

from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe

_CLOSED = ("default-src", "object-src", "base-uri", "frame-ancestors")
_YEAR = 365


@probe(
    "web.cookies",
    title="Cookies travel over TLS only, and scripts cannot read them",
    remedy="Run settings.prod behind TLS: docs/operations/settings.md.",
)
def cookies(asked: Asked) -> Finding:
    """Look at the cookies of session and forms."""
    wanted = {
        "SESSION_COOKIE_SECURE": settings.SESSION_COOKIE_SECURE,
        "CSRF_COOKIE_SECURE": settings.CSRF_COOKIE_SECURE,
        "SESSION_COOKIE_HTTPONLY": settings.SESSION_COOKIE_HTTPONLY,
        "CSRF_COOKIE_HTTPONLY": settings.CSRF_COOKIE_HTTPONLY,
        "SESSION_COOKIE_SAMESITE": settings.SESSION_COOKIE_SAMESITE in ("Lax", "Strict"),
        "CSRF_COOKIE_SAMESITE": settings.CSRF_COOKIE_SAMESITE in ("Lax", "Strict"),
    }
    off = sorted(name for name, is_on in wanted.items() if not is_on)
    return judged(not off, well="Cookies are guarded.", ill=f"Not guarded: {', '.join(off)}.", off=off)


@probe(
    "web.hsts",
    title="Browsers are told to use TLS for a year, and are led there",
    remedy="Set SECURE_HSTS_SECONDS and SECURE_SSL_REDIRECT: docs/operations/settings.md.",
    days=_YEAR,
)
def hsts(asked: Asked) -> Finding:
    """Look at HSTS and the redirect."""
    seconds, redirects = settings.SECURE_HSTS_SECONDS, settings.SECURE_SSL_REDIRECT
    return judged(
        seconds >= asked["days"] * 86400 and redirects,
        well=f"HSTS lasts {seconds} s, and plain requests are redirected.",
        ill=f"Expected HSTS of {asked['days']} days and a redirect, got {seconds} s, redirect {redirects}.",
        hsts_seconds=seconds,
        redirects=redirects,
    )


@probe(
    "web.content_security_policy",
    title="Pages run no script but their own",
    remedy="Restore CONTENT_SECURITY_POLICY of the release.",
)
def content_security_policy(asked: Asked) -> Finding:
    """Look for directives that are open."""
    directives: dict[str, Any] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    loose = [name for name in _CLOSED if "'none'" not in directives.get(name, ())]
    loose += [
        f"{name}: {word}"
        for name in ("script-src", "style-src")
        for word in directives.get(name, ["missing"])
        if word in ("'unsafe-inline'", "'unsafe-eval'", "*", "https:", "data:", "missing")
    ]
    return judged(
        not loose, well="The content security policy is closed.", ill=f"Open: {', '.join(loose)}.", open=loose
    )


@probe(
    "web.headers",
    title="Pages are framed by nobody and give their address to nobody",
    remedy="Restore X_FRAME_OPTIONS, SECURE_CONTENT_TYPE_NOSNIFF and SECURE_REFERRER_POLICY of the release.",
)
def headers(asked: Asked) -> Finding:
    """Look at the headers that every answer carries."""
    wanted = {
        "X_FRAME_OPTIONS": settings.X_FRAME_OPTIONS == "DENY",
        "SECURE_CONTENT_TYPE_NOSNIFF": settings.SECURE_CONTENT_TYPE_NOSNIFF,
        "SECURE_REFERRER_POLICY": settings.SECURE_REFERRER_POLICY
        in ("same-origin", "no-referrer", "strict-origin-when-cross-origin"),
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY == "same-origin",
    }
    off = sorted(name for name, is_on in wanted.items() if not is_on)
    return judged(not off, well="Headers are as they should be.", ill=f"Not set: {', '.join(off)}.", off=off)
