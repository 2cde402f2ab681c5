# SPDX-License-Identifier: Apache-2.0
"""What an operator does: make a key, sign, verify, roll forward, rotate the key."""

import stat
from pathlib import Path

import pytest

from cortex.boot.configuration import console

SITE = "LOG_LEVEL: ERROR\n"


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("os.environ", {"CORTEX_CONFIG_KEYS": "keys", "CORTEX_CONFIG_STATE": "seen.json"})
    Path("keys").mkdir()
    Path("site.yaml").write_text(SITE)
    return tmp_path


def run(line: str) -> int:
    return console.main(line.split())


def sign(version: int = 1, *, key: str = "ops.key", expires: str = "90d") -> int:
    return run(f"sign site.yaml --key {key} --version {version} --expires {expires}")


def make_key(name: str = "ops") -> None:
    assert run(f"keygen --out {name}") == 0
    Path(f"{name}.pub").rename(f"keys/{name}.pub")


class TestOperator:
    def test_makes_a_key_that_only_its_owner_reads(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert run("keygen --out ops") == 0
        assert "public key  ed25519:" in capsys.readouterr().out
        assert stat.S_IMODE(Path("ops.key").stat().st_mode) == 0o600
        assert Path("ops.pub").read_text().startswith("-----BEGIN PUBLIC KEY-----")

    def test_never_replaces_a_key(self, capsys: pytest.CaptureFixture[str]) -> None:
        run("keygen --out ops")
        before = Path("ops.key").read_bytes()
        assert run("keygen --out ops") == 1
        assert "ops.key: it is there already" in capsys.readouterr().err
        assert Path("ops.key").read_bytes() == before

    def test_signs_and_verifies(self, capsys: pytest.CaptureFixture[str]) -> None:
        make_key()
        assert sign(7) == 0
        assert run("verify site.yaml") == 0
        assert "site.yaml: 1 values verified, version 7, key " in capsys.readouterr().out
        assert not Path("seen.json").exists()

    def test_writes_through_no_link(self) -> None:
        make_key()
        Path("other").write_text("precious")
        Path(".site.yaml.sig.new").symlink_to("other")
        assert sign() == 0
        assert Path("other").read_text() == "precious"
        assert not Path("site.yaml.sig").is_symlink()

    def test_rotates_the_key(self) -> None:
        make_key("old")
        make_key("new")
        sign(1, key="old.key")
        assert run("verify site.yaml") == 0
        sign(2, key="new.key")
        assert run("verify site.yaml") == 0
        Path("keys/old.pub").unlink()
        assert run("verify site.yaml") == 0
        sign(3, key="old.key")
        assert run("verify site.yaml") == 1

    def test_takes_keys_as_words_and_as_a_file_of_several(self, capsys: pytest.CaptureFixture[str]) -> None:
        make_key("one")
        make_key("two")
        words = [line.split()[-1] for line in capsys.readouterr().out.splitlines() if "ed25519:" in line]
        sign(key="two.key")
        Path("both.pem").write_text(Path("keys/one.pub").read_text() + Path("keys/two.pub").read_text())
        Path("words.txt").write_text("\n".join(words))
        for keys in (",".join(words), "both.pem", "words.txt", "keys/one.pub,keys/two.pub"):
            assert run(f"verify site.yaml --keys {keys}") == 0
        assert run("verify site.yaml --keys keys/one.pub") == 1

    def test_renews_a_signature_of_the_same_bytes(self) -> None:
        make_key()
        sign(1, expires="1d")
        assert sign(1, expires="2d") == 0

    @pytest.mark.parametrize("expires", ["2098-12-31", "2098-12-31T23:59:59Z"])
    def test_says_until_when(self, expires: str, capsys: pytest.CaptureFixture[str]) -> None:
        make_key()
        assert sign(expires=expires) == 0
        told = {"2098-12-31": "2099-01-01T00:00:00Z"}.get(expires, expires)
        assert f"valid until {told}." in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("content", "line", "sentence"),
        [
            ("LOG_LEVL: ERROR", "", "Did you mean LOG_LEVEL?"),
            ("LOG_LEVEL: LOUD", "", "site.yaml:1: expected one of DEBUG"),
            ("SECRET_KEY: hunter22", "", "expected no secret here"),
            ("LOG_LEVEL: ~", "", "null is no value"),
            (SITE, "--expires 2020-01-01", "expected an instant that is yet to come"),
            (SITE, "--expires soon", "expected a day, an instant in UTC"),
            (SITE, "--expires 99999d --key missing.key", "missing.key: expected a file, got none"),
            (SITE, "--key keys/ops.pub", "run `chmod 600"),
            (SITE, "--key site.yaml", "run `chmod 600"),
        ],
    )
    def test_signs_nothing_that_no_start_would_accept(
        self, content: str, line: str, sentence: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        make_key()
        Path("site.yaml").write_text(content)
        assert run(f"sign site.yaml --version 1 --expires 90d --key ops.key {line}") == 1
        told = capsys.readouterr()
        assert sentence in told.err
        assert "hunter22" not in told.err + told.out
        assert not Path("site.yaml.sig").exists()

    def test_signs_with_nothing_but_a_private_key(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("site.yaml").chmod(0o600)
        assert sign(key="site.yaml") == 1
        assert "expected an Ed25519 private key in PEM" in capsys.readouterr().err

    def test_signs_no_second_file_under_a_version(self, capsys: pytest.CaptureFixture[str]) -> None:
        make_key()
        sign(5)
        Path("site.yaml").write_text("LOG_LEVEL: INFO\n")
        assert sign(5) == 1
        assert "version 5 is signed already; take a higher one" in capsys.readouterr().err
        assert sign(6) == 0

    @pytest.mark.parametrize("keys", ["ed25519:AAAA", "site.yaml", "missing.pub", "bad.pub", "ops.key"])
    def test_trusts_nothing_but_public_keys(self, keys: str, capsys: pytest.CaptureFixture[str]) -> None:
        run("keygen --out ops")
        sign()
        Path("bad.pub").write_text("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")
        capsys.readouterr()
        assert run(f"verify site.yaml --keys {keys}") == 1
        assert capsys.readouterr().err.startswith("boot.configuration_key_must_be_readable: ")

    @pytest.mark.parametrize("version", ["0", "-1", "x", str(2**53)])
    def test_counts_versions_from_one(self, version: str) -> None:
        make_key()
        with pytest.raises(SystemExit):
            run(f"sign site.yaml --key ops.key --expires 90d --version {version}")
