# SPDX-License-Identifier: Apache-2.0
"""Each probe that looks at how the program is set up sees red once that is broken, and says if it is gone."""

import os
import time
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from apps.audit.adapters.probes import running
from apps.audit.domain.compliance.probe import Asked, Finding, probe_named, why_nothing_was_seen
from cortex.boot.configuration import current_configuration
from cortex.boot.configuration.artefact.record import Artefact
from cortex.container.override import override
from cortex.container.providers.health import Health
from cortex.container.providers.overview import ProviderState
from cortex.container.providers.registry import providers
from cortex.errors import CortexError
from cortex.identity import sign_in_attempts
from cortex.ports.clock import Clock
from cortex.ports.keepers import KeepersHealth
from cortex.ports.registry import get
from cortex.secrets.health import SecretsHealth

Broken = Mapping[str, Any]
# The settings of an installation that is well kept: those of the tests are not.
WELL: Broken = {
    "PASSWORD_HASHERS": ["cortex.identity.passwords.Argon2idHasher"],
    "SECRET_KEY": "Yq3vX9rT7bN2mK5wZ8cF4hJ6pL1sD0gA" * 2,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_HSTS_SECONDS": 63_072_000,
    "SECURE_SSL_REDIRECT": True,
    "AUDIT_SIGNER_SOCKET": "/run/signer.sock",
    "AUDIT_LOG_ORIGIN": "books.example.com/log",
}


def _directives(**change: list[str]) -> Broken:
    policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"] |= {name.replace("_", "-"): words for name, words in change.items()}
    return {"CONTENT_SECURITY_POLICY": policy}


def _provider(**change: Any) -> Broken:
    return {"OAUTH2_PROVIDER": {**settings.OAUTH2_PROVIDER, **change}}


def _databases(**change: Any) -> Broken:
    return {"DATABASES": {"default": {**settings.DATABASES["default"], **change}}}


# By probe: what breaks it, and the setting without which nothing can be said.
BREAKS: dict[str, tuple[Callable[[], Broken], str]] = {
    "identity.password_rules": (
        lambda: {"AUTH_PASSWORD_VALIDATORS": settings.AUTH_PASSWORD_VALIDATORS[:2]},
        "AUTH_PASSWORD_VALIDATORS",
    ),
    "identity.password_hashing": (
        lambda: {"PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"]},
        "PASSWORD_HASHERS",
    ),
    "identity.guessing_is_bounded": (dict, ""),
    "identity.session_lifetime": (lambda: {"SESSION_IDLE_SECONDS": 86_400}, "SESSION_IDLE_SECONDS"),
    "programs.pkce": (lambda: _provider(COMPLIANT_BCP_RFC9700_PKCE_REQUIRED=False), "OAUTH2_PROVIDER"),
    "programs.token_lifetimes": (lambda: _provider(ACCESS_TOKEN_EXPIRE_SECONDS=86_400), "OAUTH2_PROVIDER"),
    "web.cookies": (lambda: {"SESSION_COOKIE_SECURE": False}, "SESSION_COOKIE_SECURE"),
    "web.hsts": (lambda: {"SECURE_HSTS_SECONDS": 3600}, "SECURE_HSTS_SECONDS"),
    "web.content_security_policy": (
        lambda: _directives(script_src=["'self'", "'unsafe-inline'"]),
        "CONTENT_SECURITY_POLICY",
    ),
    "web.headers": (lambda: {"X_FRAME_OPTIONS": "SAMEORIGIN"}, "X_FRAME_OPTIONS"),
    "web.request_guards": (lambda: {"MIDDLEWARE": settings.MIDDLEWARE[:3]}, "MIDDLEWARE"),
    "web.hosts": (lambda: {"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS"),
    "web.throttling": (lambda: {"API_REQUESTS_PER_MINUTE": 0}, "API_REQUESTS_PER_MINUTE"),
    "tls.database": (lambda: _databases(HOST="db.example.com", OPTIONS={"sslmode": "prefer"}), "DATABASES"),
    "tls.broker": (lambda: {"REDIS_URL": "redis://:secret@cache.example.com/0"}, "REDIS_URL"),
    "tls.mail": (lambda: {"MAIL_BACKEND": "smtp", "MAIL_SECURITY": "none"}, "MAIL_SECURITY"),
    "boot.debug_off": (lambda: {"DEBUG": True}, "DEBUG"),
    "boot.signed_configuration": (dict, ""),
    "boot.secret_key": (lambda: {"SECRET_KEY": "tests-only-" + "0123456789" * 6}, "SECRET_KEY"),
    "providers.well": (dict, ""),
    "secrets.keepers": (dict, ""),
    "events.webhooks": (lambda: {"WEBHOOK_HTTP_ALLOWED": True}, "WEBHOOK_HTTP_ALLOWED"),
    "log.signer": (lambda: {"AUDIT_SIGNER_SOCKET": ""}, "AUDIT_SIGNER_SOCKET"),
    "dependencies.locked": (dict, ""),
    "dependencies.bill_of_materials": (dict, ""),
}
BY_SETTING = [name for name, (_, setting) in BREAKS.items() if setting]


def look(name: str) -> Finding:
    """Run the probe; what goes wrong is unknown, as in a run."""
    probe = probe_named(name)
    try:
        return probe.look(Asked(get(Clock).now(), probe.defaults))
    except Exception as error:  # noqa: BLE001 - as a run does
        return why_nothing_was_seen(error)


def put(monkeypatch: pytest.MonkeyPatch, values: Broken) -> None:
    """Change settings without telling their libraries, which would take them for the program's own."""
    for name, value in values.items():
        monkeypatch.setattr(settings, name, value)


@pytest.mark.django_db
class TestProbeOfSettings:
    @pytest.mark.parametrize("name", BY_SETTING)
    def test_is_green_in_a_well_kept_installation(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        put(monkeypatch, WELL)
        assert look(name).status == "pass"

    @pytest.mark.parametrize("name", BY_SETTING)
    def test_sees_red_once_it_is_broken(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        put(monkeypatch, {**WELL, **BREAKS[name][0]()})
        found = look(name)
        assert found.status == "fail"
        assert "secret@" not in found.reason + str(found.evidence)

    @pytest.mark.parametrize("name", BY_SETTING)
    def test_says_when_it_cannot_see(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delattr(settings, BREAKS[name][1])
        assert look(name).status == "unknown"


class TestGuessing:
    def test_is_red_without_a_pause(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert look("identity.guessing_is_bounded").status == "pass"
        monkeypatch.setattr(sign_in_attempts, "PAUSE", timedelta(seconds=1))
        assert look("identity.guessing_is_bounded").status == "fail"
        monkeypatch.delattr(sign_in_attempts, "PAUSE")
        assert look("identity.guessing_is_bounded").status == "unknown"


class TestSignedConfiguration:
    def test_is_red_when_its_time_is_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert look("boot.signed_configuration").status == "unknown"
        now = get(Clock).now()
        for expires_at, status in ((now + timedelta(days=1), "pass"), (now - timedelta(days=1), "fail")):
            signed = Artefact("cortex.yaml", version=1, key_id="k", digest="0" * 64, expires_at=expires_at)
            private = current_configuration().__pydantic_private__
            assert private is not None
            monkeypatch.setitem(private, "_artefacts", (signed,))
            assert look("boot.signed_configuration").status == status


class TestProviders:
    def test_are_red_when_one_is_unwell(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert look("providers.well").status == "unknown"
        entry = SimpleNamespace(provider=SimpleNamespace(name="vault"))
        for is_well, at, status in (
            (True, time.time(), "pass"),
            (False, time.time(), "fail"),
            (True, time.time() - 3600, "unknown"),
        ):
            health = Health(is_well=is_well, reason="", checked_at=at, checked_by="w", milliseconds=1)
            state = ProviderState(entry=entry, is_counted=True, health=health)  # type: ignore[arg-type]
            monkeypatch.setattr(running, "all_states", lambda known, state=state: [state])
            assert look("providers.well").status == status
        assert providers.all() is not None


class TestKeepers:
    def test_are_red_when_the_vault_is_sealed(self) -> None:
        def sealed() -> None:
            raise CortexError("The vault is sealed.")

        with override(KeepersHealth, SecretsHealth()):
            assert look("secrets.keepers").status == "unknown"
        for check, status in ((lambda: None, "pass"), (sealed, "fail")):
            health = SecretsHealth()
            health.watch("vault", check)
            with override(KeepersHealth, health):
                assert look("secrets.keepers").status == status


class TestDependencies:
    def test_are_red_without_a_hash(self, tmp_path: Path) -> None:
        assert look("dependencies.locked").status == "pass"
        with override_settings(BASE_DIR=tmp_path):
            assert look("dependencies.locked").status == "unknown"
            (tmp_path / "requirements").mkdir()
            (tmp_path / "requirements" / "base.txt").write_text(
                "django==5.2\n    --hash=sha256:00\nodd==1.0\n"
            )
            found = look("dependencies.locked")
        assert (found.status, found.evidence["first"]) == ("fail", ["base.txt: odd"])

    def test_are_red_with_an_old_bill(self, tmp_path: Path) -> None:
        with override_settings(BASE_DIR=tmp_path):
            assert look("dependencies.bill_of_materials").status == "unknown"
            bill = tmp_path / "sbom.cdx.json"
            bill.write_text("{}")
            assert look("dependencies.bill_of_materials").status == "pass"
            os.utime(bill, (0, 0))
            assert look("dependencies.bill_of_materials").status == "fail"
