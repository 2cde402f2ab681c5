# SPDX-License-Identifier: Apache-2.0
"""Whoever has the machine: `cortex plugin add`, `install`, `remove --export` and the rest."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from apps.plugins.domain.lifecycle_errors import GrantsMustBeAccepted
from apps.plugins.management.words import OF_A_COMPANY, OF_THE_PLATFORM
from tests.factories.installed_plugins import GUARD, bundle, key_text
from tests.factories.people import Cast
from tests.factories.plugin_bundles import PUBLISHER, REVIEWER

pytestmark = pytest.mark.django_db
HELP = """
import sys
from apps.plugins.management import authoring
try:
    authoring.main(["--help"])
except SystemExit:
    assert "django" not in sys.modules
"""
OF_ACME = ("--company", "ACME", "--as", "alice")
READS = "may read accounting.journal_entry of company ACME: number"


def plugin(*words: str) -> list[str]:
    out = StringIO()
    call_command("plugins", *words, stdout=out)
    return out.getvalue().splitlines()


@pytest.fixture
def brought_in(people: Cast, tmp_path: Path) -> None:
    for name, signer in (("publisher", PUBLISHER), ("reviewer", REVIEWER)):
        (tmp_path / name).write_bytes(key_text(signer))
    plugin("trust-key", str(tmp_path / "publisher"), "--publisher", "com.example")
    plugin("trust-key", str(tmp_path / "reviewer"), "--reviewer")
    for version, fields in (("1.0.0", "number"), ("1.1.0", "number, narration")):
        (tmp_path / version).write_bytes(bundle(version=version, fields=fields))
        assert plugin("add", str(tmp_path / version))[0] == f"added {GUARD}=={version}"


@pytest.mark.usefixtures("brought_in")
class TestPlugin:
    def test_shows_what_it_may_do_and_installs_nothing_unless_that_is_accepted(self) -> None:
        out = StringIO()
        with pytest.raises(GrantsMustBeAccepted):
            call_command("plugins", "install", *OF_ACME, f"{GUARD}==1.0.0", stdout=out)
        assert READS in out.getvalue()
        assert plugin("list", *OF_ACME) == []

    def test_installs_sets_upgrades_and_goes_back(self) -> None:
        told = plugin("install", *OF_ACME, f"{GUARD}==1.0.0", "--accept", "--set", "limit=7")
        assert (told[0], told[-1]) == (READS, f"installed {GUARD}==1.0.0")
        told = plugin("settings", *OF_ACME, GUARD, "--set", "mode=loose", "--set", 'accounts=["1000"]')
        assert told == ["limit = 7  (Limit)", 'mode = "loose"  (Mode)', 'accounts = ["1000"]  (Accounts)']
        told = plugin("upgrade", *OF_ACME, f"{GUARD}==1.1.0", "--accept")
        assert told == [
            "+ may read accounting.journal_entry of company ACME: narration",
            f"upgraded {GUARD}==1.1.0",
        ]
        told = plugin("rollback", *OF_ACME, GUARD, "--accept")
        assert told == [
            "- may read accounting.journal_entry of company ACME: narration",
            f"went back {GUARD}==1.0.0",
        ]
        assert plugin("disable", *OF_ACME, GUARD, "--reason", "slow") == [f"disabled {GUARD}==1.0.0"]
        assert plugin("list", *OF_ACME)[0] == f"{GUARD}==1.0.0 disabled: slow"
        assert plugin("enable", *OF_ACME, GUARD) == [f"enabled {GUARD}==1.0.0"]

    def test_removes_with_a_file_of_what_it_kept(self, tmp_path: Path) -> None:
        plugin("install", *OF_ACME, f"{GUARD}==1.0.0", "--accept")
        out = tmp_path / "guard.json"
        plugin("remove", *OF_ACME, GUARD, "--reason", "over", "--export", str(out))
        assert json.loads(out.read_text()) == {
            "plugin": GUARD,
            "version": "1.0.0",
            "company": "ACME",
            "settings": {"limit": 100, "mode": "strict"},
            "data": {"stored_values": {}},
        }
        assert plugin("list", *OF_ACME) == []

    def test_recalls_a_version_and_a_key(self) -> None:
        plugin("install", *OF_ACME, f"{GUARD}==1.0.0", "--accept")
        assert plugin("check") == ["1 versions run, 0 were stopped"]
        told = plugin("revoke", f"{GUARD}==1.0.0", "--reason", "a hole")
        assert told == [f"revoked {GUARD}==1.0.0; 1 installations were stopped"]
        assert "a hole" in plugin("versions")[1]
        keyid = PUBLISHER.public_key.keyid
        plugin("revoke-key", keyid, "--reason", "stolen")
        assert any(line.startswith(keyid) and "stolen" in line for line in plugin("keys"))
        assert plugin("switch-off", "--reason", "an incident") == ["all plugins off"]
        assert plugin("switch-on", "--reason", "over") == ["all plugins on"]


class TestTheWord:
    def test_tells_authors_of_the_verbs_that_need_a_server_without_loading_one(self) -> None:
        told = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True).stdout
        for name in (*OF_THE_PLATFORM, *OF_A_COMPANY):
            assert f"  {name} " in told

    def test_leads_to_the_command_of_django(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from cortex import cli

        seen: list[list[str]] = []
        monkeypatch.setattr("django.core.management.execute_from_command_line", seen.append)
        monkeypatch.setattr(cli, "_started", lambda name, words: cli.nullcontext())
        monkeypatch.setattr(sys, "argv", ["cortex", "plugin", "revoke-key", "00", "--reason", "x"])
        cli._run()
        assert seen == [["cortex", "plugins", "revoke-key", "00", "--reason", "x"]]
