# SPDX-License-Identifier: Apache-2.0
"""Production refuses to start unsafe. Each try is a process of its own: settings are read once."""

import secrets
import subprocess
import sys

import pytest

PUBLIC = [
    "tests-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2,
    "generated-figures-only-" * 3,
    "k3y-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
]
SAFE = {
    "DJANGO_SETTINGS_MODULE": "settings.prod",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "books.example",
    "DATABASE_URL": "postgresql://cortex_app:a@db/cortex",
    "DATABASE_SERVICE_URL": "postgresql://cortex_service:b@db/cortex",
    "REDIS_URL": "redis://cache/0",
    "LOG_SIGNING_KEY": secrets.token_urlsafe(32),
}


def start(**changes: str | None) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in {**SAFE, **changes}.items() if value is not None}
    program = "from django.conf import settings; print(settings.DEBUG, settings.SESSION_COOKIE_SECURE)"
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False
    )


class TestProduction:
    def test_starts_when_it_is_safe(self) -> None:
        assert start().stdout == "False True\n"

    @pytest.mark.parametrize(
        ("name", "value", "sentence"),
        [
            ("DEBUG", "on", "DEBUG: expected off in production, got on"),
            ("SECRET_KEY", "short", "SECRET_KEY: expected at least 50 random characters"),
            ("SECRET_KEY", "a" * 60, "SECRET_KEY: expected at least 50 random characters"),
            pytest.param(
                "SECRET_KEY",
                "django-insecure-" + SAFE["SECRET_KEY"],
                "SECRET_KEY: expected at least 50 random",
                # Each worker draws its own key, and all must collect the same names.
                id="SECRET_KEY-django-insecure",
            ),
            ("SECRET_KEY", None, "SECRET_KEY: expected a value, got none"),
            ("ALLOWED_HOSTS", None, "ALLOWED_HOSTS: expected the host names"),
            ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS: expected the host names"),
            ("DATABASE_SERVICE_URL", None, "DATABASE_SERVICE_URL: expected a value, got none"),
            ("LOG_SIGNING_KEY", None, "LOG_SIGNING_KEY: expected a value, got none"),
            ("SESSION_COOKIE_SECURE", "off", "SESSION_COOKIE_SECURE: expected on in production"),
            ("CSRF_COOKIE_SECURE", "off", "CSRF_COOKIE_SECURE: expected on in production"),
            ("REDIS_URL", "http://cache", "REDIS_URL: expected a URL starting with unix://"),
        ],
    )
    def test_names_what_is_unsafe(self, name: str, value: str | None, sentence: str) -> None:
        ended = start(**{name: value})
        assert ended.returncode != 0
        assert sentence in ended.stderr.splitlines()[-1]

    @pytest.mark.parametrize("name", ["SECRET_KEY", "SECRET_KEY_FALLBACKS"])
    @pytest.mark.parametrize("key", [*PUBLIC, "short"])
    def test_takes_no_key_that_everybody_can_read(self, name: str, key: str) -> None:
        value = f"{SAFE['SECRET_KEY']},{key}" if name.endswith("FALLBACKS") else key
        ended = start(**{name: value})
        assert ended.returncode != 0
        assert f"{name}: expected at least 50 random characters" in ended.stderr.splitlines()[-1]
        assert key not in ended.stderr.splitlines()[-1].replace("short key", "")
