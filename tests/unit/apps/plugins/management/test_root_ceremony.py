# SPDX-License-Identifier: Apache-2.0
"""The ceremony of the root, as its holders type it on machines without a network."""

import json
from pathlib import Path

import pytest

from apps.plugins.domain.marketplace.errors import KeysMustDiffer, RootMustBeSigned, RootMustBeWellFormed
from apps.plugins.management.root_ceremony import CeremonyFileMustBeUsable, main
from cortex.cli import ALONE

UNTIL = ["--until", "2099-12-31"]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Holders a, b and c, and the keys of a signing service."""
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "c", "targets", "snapshot", "timestamp"):
        main(["new-key", f"{name}.key"])
        Path(f"{name}.json").write_text(capsys.readouterr().out)
    online = {name: public(name) for name in ("targets", "snapshot", "timestamp")}
    Path("online.json").write_text(json.dumps(online))
    return tmp_path


def public(name: str) -> str:
    return str(json.loads(Path(f"{name}.json").read_text())["keyval"]["public"])


def create(*names: str, out: str = "1.root.json", threshold: str = "2") -> None:
    keys = [word for name in names for word in ("--root-key", f"{name}.json")]
    main(["create", *keys, "--online", "online.json", "--threshold", threshold, *UNTIL, "--out", out])


def sign(root: str, *names: str, former: str = "") -> None:
    for name in names:
        main(["sign", root, "--key", f"{name}.key", *(["--former", former] if former else [])])


class TestCeremony:
    def test_works_without_settings(self) -> None:
        assert ALONE["marketplace root"] == "apps.plugins.management.root_ceremony"

    def test_ends_with_two_of_three(self, desk: Path) -> None:
        create("a", "b", "c")
        sign("1.root.json", "a")
        with pytest.raises(RootMustBeSigned):
            main(["verify", "1.root.json"])
        sign("1.root.json", "a")
        with pytest.raises(RootMustBeSigned):
            main(["verify", "1.root.json"])
        sign("1.root.json", "b")
        assert main(["verify", "1.root.json"]) == 0

    def test_goes_on_with_those_who_stay_and_those_who_leave(self, desk: Path) -> None:
        create("a", "b", "c")
        keyid = json.loads(Path("a.json").read_text())["keyid"]
        main(["rotate", "1.root.json", "--remove", keyid, *UNTIL, "--out", "2.root.json"])
        sign("2.root.json", "b", "c")
        assert main(["verify", "2.root.json", "--former", "1.root.json"]) == 0

    def test_wants_the_former_holders_too(self, desk: Path) -> None:
        create("a", "b", "c")
        keyid = json.loads(Path("a.json").read_text())["keyid"]
        main(["rotate", "1.root.json", "--remove", keyid, *UNTIL, "--out", "2.root.json"])
        sign("2.root.json", "a", former="1.root.json")
        with pytest.raises(RootMustBeSigned):
            main(["verify", "2.root.json", "--former", "1.root.json"])

    def test_counts_a_key_once(self, desk: Path) -> None:
        told = json.loads(Path("a.json").read_text())
        Path("b.json").write_text(json.dumps({**told, "keyid": "f" * 64}))
        with pytest.raises(KeysMustDiffer):
            create("a", "b", "c")
        Path("c.json").write_text(Path("targets.json").read_text())
        Path("b.json").write_text(Path("snapshot.json").read_text())
        with pytest.raises(KeysMustDiffer):
            create("a", "b", "c")

    def test_takes_no_single_person(self, desk: Path) -> None:
        with pytest.raises(RootMustBeWellFormed):
            create("a", "b", "c", threshold="1")
        with pytest.raises(KeysMustDiffer):
            create("a")

    def test_takes_no_strangers_signature(self, desk: Path) -> None:
        create("a", "b")
        with pytest.raises(RootMustBeWellFormed):
            sign("1.root.json", "c")

    def test_never_writes_over_a_root(self, desk: Path) -> None:
        create("a", "b", "c")
        with pytest.raises(CeremonyFileMustBeUsable):
            create("a", "b", "c")
        with pytest.raises(CeremonyFileMustBeUsable):
            main(["verify", "none.json"])
