# SPDX-License-Identifier: Apache-2.0
"""What an installation that people rely on must not be: it refuses to start rather than start unsafe."""

from urllib.parse import urlsplit

from cortex.boot.configuration.errors import ConfigurationRefused, ValueMustBeGiven, ValueMustBeSafe, refusal
from cortex.boot.configuration.found import DEFAULT
from cortex.boot.configuration.model import Configuration

SECRET_KEY_LENGTH_MIN = 50
# What keys in a repository say, this one's tests and measurements included, and random ones do not.
PUBLIC_KEY_MARKS = ("django-insecure", "tests-only", "figures-only", "0123456789", "abcdefghij")


def refuse_unsafe(configuration: Configuration) -> None:
    """Raise ValueMustBeSafe or ValueMustBeGiven, naming the first value that is unsafe."""
    application, transport = configuration.application, configuration.transport
    if application.is_debug:
        raise refusal(
            ValueMustBeSafe,
            "DEBUG",
            expected="off in production, got on",
            remedy="Unset it, or use settings.dev.",
        )
    _require_random("SECRET_KEY", application.secret_key.get_secret_value())
    for fallback in application.secret_key_fallbacks:
        _require_random("SECRET_KEY_FALLBACKS", fallback.get_secret_value())
    if not application.allowed_hosts or "*" in application.allowed_hosts:
        raise refusal(
            ValueMustBeSafe,
            "ALLOWED_HOSTS",
            expected="the host names of this installation, separated by commas",
        )
    if configuration.sources["DATABASE_SERVICE_URL"] == DEFAULT:
        raise missing("DATABASE_SERVICE_URL")
    # Logs that nobody signs prove nothing.
    if configuration.sources["LOG_SIGNING_KEY"] == DEFAULT:
        raise missing("LOG_SIGNING_KEY")
    vault = urlsplit(configuration.secrets.vault_address)
    if vault.scheme == "http" and vault.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise refusal(ValueMustBeSafe, "VAULT_ADDR", expected="https, got http", remedy="Give the vault TLS.")
    _require_on("SESSION_COOKIE_SECURE", transport.is_session_cookie_secure)
    _require_on("CSRF_COOKIE_SECURE", transport.is_csrf_cookie_secure)


def missing(name: str) -> ConfigurationRefused:
    """Return the error that says that a value must be given."""
    remedy = f"Set {name} or {name}_FILE; on one machine, `make run` writes it to .cortex/env."
    return refusal(ValueMustBeGiven, name, expected="a value, got none", remedy=remedy)


def _require_random(name: str, key: str) -> None:
    is_public = any(mark in key.lower() for mark in PUBLIC_KEY_MARKS)
    if len(key) < SECRET_KEY_LENGTH_MIN or len(set(key)) < 10 or is_public:
        raise refusal(
            ValueMustBeSafe,
            name,
            expected=f"at least {SECRET_KEY_LENGTH_MIN} random characters, got a default or short key",
            remedy="Make one with `openssl rand -base64 48`.",
        )


def _require_on(name: str, is_on: bool) -> None:
    if not is_on:
        raise refusal(
            ValueMustBeSafe,
            name,
            expected="on in production, got off",
            remedy="Unset it and serve over TLS.",
        )
