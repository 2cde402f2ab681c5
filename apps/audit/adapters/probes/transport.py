# SPDX-License-Identifier: Apache-2.0
"""TLS between the parts of the installation, and what is accepted from outside."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from apps.audit.adapters.probes.counting import none_in
from apps.audit.domain.compliance.probe import Asked, Finding, judged, probe

_MIDDLEWARE = (
    "cortex.api.request_bounds.RequestBoundsMiddleware",
    "cortex.identity.session_limits.SessionLimitsMiddleware",
    "cortex.people.enrolment.SecondFactorMiddleware",
    "cortex.policy.browser.ContentSecurityPolicyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.security.SecurityMiddleware",
)


@probe(
    "tls.database",
    title="The database is reached over verified TLS, or over a socket of the machine",
    remedy="Set TLS for the database: docs/operations/mtls.md.",
)
def database(asked: Asked) -> Finding:
    """Look at each login's connection."""
    plain = [
        alias
        for alias, described in settings.DATABASES.items()
        if not _is_socket(str(described.get("HOST") or ""))
        and described.get("OPTIONS", {}).get("sslmode") != "verify-full"
    ]
    return none_in(
        plain,
        of=len(settings.DATABASES),
        well="Every login uses verified TLS or a socket.",
        ill="Logins without verified TLS",
    )


@probe(
    "tls.broker",
    title="The broker is reached over TLS, or over a socket of the machine",
    remedy="Use rediss:// in REDIS_URL: docs/operations/mtls.md.",
)
def broker(asked: Asked) -> Finding:
    """Look at the broker's address; never tell it, it may hold a password."""
    scheme = urlsplit(settings.REDIS_URL).scheme
    return judged(
        scheme in ("rediss", "unix"),
        well=f"The broker is reached by {scheme}.",
        ill=f"Expected rediss or unix, got {scheme}.",
        scheme=scheme,
    )


@probe(
    "tls.mail",
    title="Mail leaves over TLS",
    remedy="Set MAIL_SECURITY to starttls or tls.",
)
def mail(asked: Asked) -> Finding:
    """Look at how mail leaves."""
    backend, security = settings.MAIL_BACKEND, settings.MAIL_SECURITY
    return judged(
        backend != "smtp" or security in ("starttls", "tls"),
        well=f"Mail leaves by {backend}, {security}.",
        ill=f"Expected TLS, got {security}.",
        backend=backend,
        security=security,
    )


@probe(
    "web.request_guards",
    title="Every request passes the guards",
    remedy="Restore MIDDLEWARE of the release.",
)
def request_guards(asked: Asked) -> Finding:
    """Look for guards that were taken out."""
    return none_in(
        [name for name in _MIDDLEWARE if name not in settings.MIDDLEWARE],
        of=len(_MIDDLEWARE),
        well="Every guard stands before the views.",
        ill="Guards that are missing",
    )


@probe(
    "web.hosts",
    title="The program answers to its own names only",
    remedy="Set ALLOWED_HOSTS to the names of this installation.",
)
def hosts(asked: Asked) -> Finding:
    """Look for wildcards."""
    wide = [name for name in settings.ALLOWED_HOSTS if name == "*" or name.startswith(".")]
    return judged(
        bool(settings.ALLOWED_HOSTS) and not wide,
        well="Only names that are told are answered to.",
        ill=f"Expected names, got {wide or 'none'}.",
        names=len(settings.ALLOWED_HOSTS),
        wide=wide,
    )


@probe(
    "web.throttling",
    title="Nobody can ask without bounds",
    remedy="Set API_REQUESTS_PER_MINUTE and API_REQUESTS_BURST.",
    per_minute=100_000,
)
def throttling(asked: Asked) -> Finding:
    """Look at the limits of the API and of whole bodies."""
    rate, body = settings.API_REQUESTS_PER_MINUTE, settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    throttles: Any = settings.REST_FRAMEWORK.get("DEFAULT_THROTTLE_CLASSES", [])
    return judged(
        0 < rate <= asked["per_minute"] and bool(throttles) and bool(body),
        well=f"{rate} requests a minute, bodies of {body} bytes.",
        ill=f"Expected at most {asked['per_minute']} requests a minute and a bound, got {rate}, {body}.",
        requests_per_minute=rate,
        body_bytes=body,
        throttles=len(throttles),
    )


def _is_socket(host: str) -> bool:
    return host.startswith(("/", "@")) or host == ""
