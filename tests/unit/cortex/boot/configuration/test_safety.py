# SPDX-License-Identifier: Apache-2.0
"""What settings.prod refuses to start with; each case changes one value of a safe installation."""

import pytest

from cortex.boot.configuration.errors import ValueMustBeGiven, ValueMustBeSafe
from tests.factories.signed_files import loaded

KEY = "q8Zr-3xVnK_w5TjL0yPmB7sHdE2uRfC9gXaI4oNvW6kYtQzM1b"
SAFE = {
    "SECRET_KEY": KEY,
    "SECRET_KEY_FALLBACKS": KEY[::-1],
    "LOG_SIGNING_KEY": "unused-here",
    "ALLOWED_HOSTS": "books.example.com",
    "DATABASE_URL": "postgresql://cortex_app@db/cortex",
    "DATABASE_SERVICE_URL": "postgresql://cortex_service@db/cortex",
    "REDIS_URL": "redis://cache/0",
}


class TestProduction:
    def test_starts_with_safe_values(self) -> None:
        assert loaded(dict(SAFE), kind="prod").application.allowed_hosts == ("books.example.com",)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("DEBUG", "on"),
            ("SECRET_KEY", "short"),
            ("SECRET_KEY", "ab" * 40),
            ("SECRET_KEY", f"django-insecure-{KEY}"),
            ("SECRET_KEY_FALLBACKS", "short"),
            ("ALLOWED_HOSTS", "*"),
            ("ALLOWED_HOSTS", ""),
            ("VAULT_ADDR", "http://vault.example.com:8200"),
            ("SESSION_COOKIE_SECURE", "off"),
            ("CSRF_COOKIE_SECURE", "off"),
        ],
    )
    def test_refuses_an_unsafe_value_by_its_name(self, name: str, value: str) -> None:
        with pytest.raises(ValueMustBeSafe, match=rf"\b{name}\b") as refused:
            loaded({**SAFE, name: value}, kind="prod")
        assert KEY not in str(refused.value)

    @pytest.mark.parametrize("name", ["DATABASE_SERVICE_URL", "LOG_SIGNING_KEY"])
    def test_must_be_given_what_development_does_without(self, name: str) -> None:
        with pytest.raises(ValueMustBeGiven, match=rf"\b{name}\b"):
            loaded({key: value for key, value in SAFE.items() if key != name}, kind="prod")
