# SPDX-License-Identifier: Apache-2.0
"""The catalogue knows every name, and every secret that must not stand in a file."""

import re
from pathlib import Path

import pytest

from cortex.boot.configuration.catalogue import SECRETS_OF_THE_VAULT, entries
from cortex.boot.configuration.installation import INSTALLATIONS, installation_of

ROOT = Path(__file__).parents[5]
READ = re.compile(r"read_secret\(\s*name=(?:\"(\w+)\"|([A-Z_]+))")


def names_read() -> set[str]:
    """Return the names that code asks a vault for, in words or through a constant of the same file."""
    found = set()
    for path in [*(ROOT / "cortex").rglob("*.py"), *(ROOT / "apps").rglob("*.py")]:
        code = path.read_text()
        for word, constant in READ.findall(code):
            literal = re.search(rf'^{constant} = "(\w+)"', code, re.MULTILINE) if constant else None
            found.add(word or (literal[1] if literal else f"{constant} of {path.name}"))
    return found


class TestCatalogue:
    def test_knows_every_secret_that_code_asks_a_vault_for(self) -> None:
        assert names_read() - set(entries()) == SECRETS_OF_THE_VAULT

    def test_has_each_name_once_and_as_environments_write_them(self) -> None:
        assert all(re.fullmatch(r"[A-Z][A-Z0-9_]*", name) for name in entries())
        assert not SECRETS_OF_THE_VAULT & set(entries())


class TestInstallation:
    @pytest.mark.parametrize(
        ("module", "kind"),
        [("settings.dev", "dev"), ("settings.prod", "prod"), ("site.prod", "plain"), ("", "plain")],
    )
    def test_is_named_by_its_settings_module(self, module: str, kind: str) -> None:
        assert installation_of({"DJANGO_SETTINGS_MODULE": module}) is INSTALLATIONS[kind]

    def test_takes_only_known_names_for_granted(self) -> None:
        for installation in INSTALLATIONS.values():
            assert set(installation.defaults) <= set(entries())
