# SPDX-License-Identifier: Apache-2.0
"""`cortex plugin new|keygen|sign|verify`: what authors and reviewers do at a console."""

import ast
import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from apps.plugins.adapters.signing.keys import signer_of
from apps.plugins.adapters.signing.signed_bundle import sign_members
from apps.plugins.domain.errors import (
    BundleMustBeAttested,
    BundleMustBeCanonical,
    FolderMustBeNew,
    ManifestMustBeWellFormed,
    PluginKeyMustBeWellFormed,
)
from apps.plugins.domain.read_manifest import read_manifest
from apps.plugins.management.authoring import FileMustBeUsable, main
from tests.factories.plugin_bundles import MEMBERS

ROOT = Path(__file__).parents[5]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a folder with keys of a publisher and a reviewer, and a bundle that the publisher signed."""
    for name in ("publisher", "reviewer"):
        main(["keygen", str(tmp_path / f"{name}.key")])
        (tmp_path / f"{name}.pub").write_text(capsys.readouterr().out)
    signed = sign_members(members=MEMBERS, signer=signer_of(tmp_path / "publisher.key"))
    (tmp_path / "x.cortex-plugin").write_bytes(signed)
    return tmp_path


def verify(desk: Path, *words: str) -> None:
    main(["verify", str(desk / "x.cortex-plugin"), *words])


class TestNew:
    def test_writes_a_plugin_that_is_read_and_whose_test_passes(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        folder = tmp_path / "guard"
        assert main(["new", str(folder), "--id", "com.example.guard"]) == 0
        names = ["plugin.yaml", "plugin.py", "tests/test_plugin.py"]
        assert capsys.readouterr().out == "".join(f"{folder / name}\n" for name in names)
        manifest = read_manifest((folder / "plugin.yaml").read_bytes())
        assert (manifest.id, manifest.publisher, str(manifest.version)) == (
            "com.example.guard",
            "com.example",
            "0.1.0",
        )
        assert "*.key" in (folder / ".gitignore").read_text().splitlines()
        ran = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null", "."],
            cwd=folder,
            env={
                "PYTHONPATH": f"{folder}:{ROOT / 'apps/plugins/sdk'}",
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert (ran.returncode, "1 passed" in ran.stdout) == (0, True), ran.stdout

    def test_loads_no_library_that_signs_calls_or_builds(self, tmp_path: Path) -> None:
        typed = "import sys; from apps.plugins.management.authoring import main; main(sys.argv[1:])"
        words = ["new", str(tmp_path / "guard"), "--id", "com.example.guard"]
        ran = subprocess.run(
            [sys.executable, "-c", f"{typed}; print(sorted(sys.modules))", *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        loaded = set(ast.literal_eval(ran.stdout.splitlines()[-1]))
        assert "apps.plugins.services.authoring.new_plugin" in loaded
        assert not loaded & {"wasmtime", "securesystemslib", "cryptography", "cyclonedx", "django"}

    def test_takes_another_publisher(self, tmp_path: Path) -> None:
        main(["new", str(tmp_path / "a"), "--id", "com.example.tools.guard", "--publisher", "com.example"])
        assert read_manifest((tmp_path / "a" / "plugin.yaml").read_bytes()).publisher == "com.example"

    def test_touches_no_folder_that_is_there(self, tmp_path: Path) -> None:
        with pytest.raises(FolderMustBeNew) as refused:
            main(["new", str(tmp_path), "--id", "com.example.guard"])
        assert refused.value.message == f"{tmp_path} is there already: name a folder that is not."
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize(
        "name", ["guard", "com.Example.guard", "com.example.guard\nformat: 1", "{id}", "../x"]
    )
    def test_leaves_nothing_behind_where_the_id_is_none(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(ManifestMustBeWellFormed):
            main(["new", str(tmp_path / "a"), "--id", name])
        assert list(tmp_path.iterdir()) == []

    def test_tells_where_it_cannot_write(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(FileMustBeUsable) as refused:
            main(["new", str(tmp_path / "file" / "a"), "--id", "com.example.guard"])
        assert refused.value.evidence["got"] == "Not a directory"


class TestKeygen:
    def test_keeps_the_private_half_and_prints_the_public_one(self, desk: Path) -> None:
        private, public = desk / "publisher.key", json.loads((desk / "publisher.pub").read_text())
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
        assert public["keyid"] == signer_of(private).public_key.keyid
        assert "PRIVATE" not in (desk / "publisher.pub").read_text()

    def test_overwrites_no_key(self, desk: Path) -> None:
        before = (desk / "publisher.key").read_bytes()
        with pytest.raises(PluginKeyMustBeWellFormed):
            main(["keygen", str(desk / "publisher.key")])
        assert (desk / "publisher.key").read_bytes() == before


class TestVerify:
    def test_tells_who_signed_and_what_it_may_do(
        self, desk: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        verify(desk, "--key", str(desk / "publisher.pub"))
        keyid = json.loads((desk / "publisher.pub").read_text())["keyid"]
        first, *words = capsys.readouterr().out.splitlines()
        assert first == f"com.example.duplicate-guard 1.2.3-rc.1, signed by {keyid}"
        assert words[2] == (
            "may read accounting.journal_entry of company (where it is installed): id, number"
        )
        assert len(words) == 12

    def test_asks_for_all_keys_that_are_named(self, desk: Path) -> None:
        keys = ("--key", str(desk / "publisher.pub"), "--key", str(desk / "reviewer.pub"))
        with pytest.raises(BundleMustBeAttested):
            verify(desk, *keys)
        verify(desk, *keys, "--threshold", "1")

    @pytest.mark.parametrize("threshold", ["-1", "2"])
    def test_counts_a_key_once_that_is_named_twice(self, desk: Path, threshold: str) -> None:
        keys = ("--key", str(desk / "publisher.pub")) * 2
        verify(desk, *keys)
        with pytest.raises(BundleMustBeAttested):
            verify(desk, *keys, "--threshold", threshold)

    def test_is_not_weaker_with_a_threshold_of_none(self, desk: Path) -> None:
        keys = ("--key", str(desk / "publisher.pub"), "--key", str(desk / "reviewer.pub"))
        with pytest.raises(BundleMustBeAttested):
            verify(desk, *keys, "--threshold", "0")

    def test_prints_nothing_of_a_bundle_that_is_refused(
        self, desk: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (desk / "x.cortex-plugin").write_bytes((desk / "x.cortex-plugin").read_bytes() + b"\n")
        with pytest.raises(BundleMustBeCanonical):
            verify(desk, "--key", str(desk / "publisher.pub"))
        assert capsys.readouterr().out == ""

    def test_needs_a_public_key(self, desk: Path) -> None:
        with pytest.raises(PluginKeyMustBeWellFormed):
            verify(desk, "--key", str(desk / "publisher.key"))

    def test_needs_a_file(self, tmp_path: Path, desk: Path) -> None:
        missing = tmp_path / "none"
        with pytest.raises(FileMustBeUsable) as refused:
            main(["verify", str(missing), "--key", str(desk / "publisher.pub")])
        assert refused.value.message == f"{missing}: No such file or directory."
        assert refused.value.evidence == {"object": str(missing), "got": "No such file or directory"}


class TestSign:
    def test_adds_a_signature_and_tells_to_what(self, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
        bundle = desk / "x.cortex-plugin"
        main(["sign", str(bundle), "--key", str(desk / "reviewer.key")])
        first, *words, last = capsys.readouterr().out.splitlines()
        assert (first, last) == ("signed com.example.duplicate-guard 1.2.3-rc.1", str(bundle))
        assert words[2] == (
            "may read accounting.journal_entry of company (where it is installed): id, number"
        )
        verify(desk, "--key", str(desk / "publisher.pub"), "--key", str(desk / "reviewer.pub"))

    def test_leaves_a_bundle_as_it_was_that_is_refused(self, desk: Path) -> None:
        bundle = desk / "x.cortex-plugin"
        tampered = bundle.read_bytes()[:-1]
        bundle.write_bytes(tampered)
        with pytest.raises(BundleMustBeCanonical):
            main(["sign", str(bundle), "--key", str(desk / "reviewer.key")])
        assert bundle.read_bytes() == tampered

    def test_needs_a_private_key(self, desk: Path) -> None:
        before = (desk / "x.cortex-plugin").read_bytes()
        with pytest.raises(PluginKeyMustBeWellFormed):
            main(["sign", str(desk / "x.cortex-plugin"), "--key", str(desk / "reviewer.pub")])
        assert (desk / "x.cortex-plugin").read_bytes() == before


class TestWords:
    @pytest.mark.parametrize("words", [[], ["publish"], ["new"], ["new", "a"], ["keygen"], ["verify", "a"]])
    def test_that_are_no_command_end_with_how_it_is_called(
        self, words: list[str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2
        assert capsys.readouterr().err.startswith("usage: cortex plugin")
