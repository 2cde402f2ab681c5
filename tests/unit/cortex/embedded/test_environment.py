# SPDX-License-Identifier: Apache-2.0
"""Which servers are configured, and what is written down for those that are not."""

from pathlib import Path

import pytest

from cortex.database.provision import ROLES
from cortex.embedded import environment
from cortex.embedded.errors import ConfigurationIncomplete

URLS = {
    "DATABASE_URL": "postgresql://cortex_app:a@db/cortex",
    "DATABASE_OWNER_URL": "postgresql://cortex_owner:o@db/cortex",
    "DATABASE_SERVICE_URL": "postgresql://cortex_service:s@db/cortex",
}


class TestConfiguredDatabase:
    def test_is_none_when_nothing_is_said(self) -> None:
        assert environment.configured_database(environ={}) == {}

    def test_is_told_by_role(self) -> None:
        assert environment.configured_database(environ=URLS) == {
            "cortex_owner": URLS["DATABASE_OWNER_URL"],
            "cortex_app": URLS["DATABASE_URL"],
            "cortex_service": URLS["DATABASE_SERVICE_URL"],
        }

    @pytest.mark.parametrize("missing", URLS)
    def test_is_refused_by_the_name_of_what_is_missing(self, missing: str) -> None:
        given = {name: url for name, url in URLS.items() if name != missing}
        with pytest.raises(ConfigurationIncomplete, match=f"configured without {missing};"):
            environment.configured_database(environ=given)

    def test_is_read_from_a_file_that_the_variable_names(self, tmp_path: Path) -> None:
        secret = tmp_path / "url"
        secret.write_text(f"{URLS['DATABASE_URL']}\n")
        given = {**URLS, "DATABASE_URL": "", "DATABASE_URL_FILE": str(secret)}
        assert environment.configured_database(environ=given)["cortex_app"] == URLS["DATABASE_URL"]

    def test_names_the_file_that_cannot_be_read(self, tmp_path: Path) -> None:
        given = {**URLS, "DATABASE_URL": "", "DATABASE_URL_FILE": str(tmp_path / "absent")}
        with pytest.raises(ConfigurationIncomplete, match=r"DATABASE_URL_FILE names .*absent, which cannot"):
            environment.configured_database(environ=given)


def test_the_configured_broker_is_told() -> None:
    assert environment.configured_broker(environ={"REDIS_URL": "redis://broker/0"}) == "redis://broker/0"
    assert environment.configured_broker(environ={}) == ""


class TestPasswords:
    def test_are_taken_from_the_urls_with_their_escapes_undone(self) -> None:
        urls = {role: f"postgresql://{role}:p%2F{role}@/cortex" for role in ROLES}  # pragma: allowlist secret
        assert environment.passwords_in(urls=urls) == {role: f"p/{role}" for role in ROLES}

    def test_are_invented_where_there_are_none_and_differ(self) -> None:
        passwords = environment.passwords_in(urls={"cortex_app": "postgresql://cortex_app:kept@/cortex"})
        assert passwords["cortex_app"] == "kept"
        assert len(set(passwords.values())) == 3
        assert min(len(passwords[role]) for role in ("cortex_owner", "cortex_service")) >= 40


class TestFile:
    def test_is_private_and_keeps_secrets_and_lines_of_others(self, tmp_path: Path) -> None:
        path = tmp_path / "env"
        environment.write(path=path, values={"REDIS_URL": "unix:///first.sock?db=0"})
        first = environment.read(path=path)
        path.write_text(path.read_text() + "VAULT_ADDR=https://vault\n")
        environment.write(path=path, values={"REDIS_URL": "unix:///second.sock?db=0"})
        assert environment.read(path=path) == {
            "SECRET_KEY": first["SECRET_KEY"],
            "LOG_SIGNING_KEY": first["LOG_SIGNING_KEY"],
            "REDIS_URL": "unix:///second.sock?db=0",
            "VAULT_ADDR": "https://vault",
        }
        assert path.stat().st_mode & 0o777 == 0o600
        assert [entry.name for entry in tmp_path.iterdir()] == ["env"]

    def test_has_a_key_of_its_own_each_time_it_is_made(self, tmp_path: Path) -> None:
        for name in ("one", "two"):
            environment.write(path=tmp_path / name, values={})
        keys = {environment.read(path=tmp_path / name)["SECRET_KEY"] for name in ("one", "two")}
        assert len(keys) == 2
        assert min(map(len, keys)) >= 50

    def test_is_nothing_before_the_first_start(self, tmp_path: Path) -> None:
        assert environment.read(path=tmp_path / "env") == {}
