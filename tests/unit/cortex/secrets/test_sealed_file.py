# SPDX-License-Identifier: Apache-2.0
"""The sealed file: private, whole after every change, and opened by its identity alone."""

import io
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pyrage
import pytest

from cortex.confidential import Secret
from cortex.errors import CortexError
from cortex.secrets import console
from cortex.secrets.keyring.local import LocalKeyManagement
from cortex.secrets.sealed.document import SealedFileMustBeReadable
from cortex.secrets.sealed.private_file import FileMustBePrivate
from cortex.secrets.sealed.sealed_file import SealedFile, SealedFileMustBeNew
from cortex.secrets.sealed.vault import SealedVault, with_secret

ROOT = Path(__file__).parents[4]
TEXT = "k3pt-in-the-sealed-file"


@pytest.fixture
def file(tmp_path: Path) -> SealedFile:
    file = SealedFile(path=tmp_path / "secrets.age", identity_path=tmp_path / "identity.age")
    file.create(console.sealed_with_keys())
    return file


@pytest.fixture
def run(file: SealedFile, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def] # a command line in, its output back
    monkeypatch.setenv("SEALED_SECRETS_FILE", str(file.path))
    monkeypatch.setenv("SEALED_IDENTITY_FILE", str(file.identity_path))

    def run(*words: str, stdin: str = "") -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        console.main(words)
        return capsys.readouterr().out

    return run


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


class TestCommands:
    def test_set_list_and_get_without_showing_the_secret(self, run, file: SealedFile) -> None:  # type: ignore[no-untyped-def]
        assert run("set", "METRICS_TOKEN", stdin=f"{TEXT}\n") == "METRICS_TOKEN is set\n"
        listed = run("list").splitlines()
        assert listed[0].startswith("secret METRICS_TOKEN, set 20")
        assert listed[1:] == ["key cortex-files, version 1"]
        assert run("get", "METRICS_TOKEN").startswith("sha256:")
        assert run("get", "METRICS_TOKEN", "--reveal") == f"{TEXT}\n"
        assert TEXT.encode() not in file.path.read_bytes()
        assert (mode(file.path), mode(file.identity_path)) == (0o600, 0o600)

    def test_rotate_key_and_identity(self, run, file: SealedFile) -> None:  # type: ignore[no-untyped-def]
        before = file.identity_path.read_text()
        assert run("rotate-key", "cortex-files") == "cortex-files is at version 2\n"
        run("rotate-identity")
        (old,) = (line for line in before.splitlines() if line.startswith("AGE-"))
        assert old not in file.identity_path.read_text()
        with pytest.raises(pyrage.DecryptError):
            pyrage.decrypt(file.path.read_bytes(), [pyrage.x25519.Identity.from_str(old)])
        assert max(file.open().keys["cortex-files"]) == 2

    @pytest.mark.parametrize(
        ("words", "stdin", "sentence"),
        [
            (("set", "METRICS_TOKEN"), " \n", "expected a text on standard input, got none"),
            (("set", "metrics"), "x", "expected a name of capital letters"),
            (("get", "METRICS_TOKEN"), "", "expected one of `cortex secrets list`"),
            (("seal",), "", "expected none, got one"),
        ],
    )
    def test_refuse_aloud(self, run, words: tuple[str, ...], stdin: str, sentence: str) -> None:  # type: ignore[no-untyped-def]
        with pytest.raises(CortexError, match=sentence):
            run(*words, stdin=stdin)

    def test_run_before_django_and_its_settings(self, tmp_path: Path) -> None:
        environ = {"SEALED_SECRETS_FILE": str(tmp_path / "s.age"), "DJANGO_SETTINGS_MODULE": "settings.prod"}
        environ |= {"SEALED_IDENTITY_FILE": str(tmp_path / "i.age")}
        for words, given in ((("seal",), ""), (("set", "SECRET_KEY"), TEXT), (("get", "SECRET_KEY"), "")):
            done = subprocess.run(
                [sys.executable, "manage.py", "secrets", *words],
                input=given,
                env=environ,
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("sha256:")


class TestPrivacy:
    @pytest.mark.parametrize("part", ["path", "identity_path"])
    @pytest.mark.parametrize("bits", [0o640, 0o604, 0o620])
    def test_is_required_of_file_and_identity(self, file: SealedFile, part: str, bits: int) -> None:
        getattr(file, part).chmod(bits)
        with pytest.raises(FileMustBePrivate, match=f"got mode {bits:04o}"):
            file.open()

    @pytest.mark.parametrize("part", ["path", "identity_path"])
    def test_refuses_links_pipes_and_what_is_not_there(self, file: SealedFile, part: str) -> None:
        path: Path = getattr(file, part)
        elsewhere = path.with_suffix(".elsewhere")
        path.rename(elsewhere)
        with pytest.raises(FileMustBePrivate, match="No such file"):
            file.open()
        path.symlink_to(elsewhere)
        with pytest.raises(FileMustBePrivate, match="symbolic links"):
            file.open()
        path.unlink()
        os.mkfifo(path, 0o600)
        with pytest.raises(FileMustBePrivate, match="no plain file"):
            file.open()

    def test_refuses_a_file_of_somebody_else(self, file: SealedFile, monkeypatch: pytest.MonkeyPatch) -> None:
        if os.geteuid() == 0:
            os.chown(file.path, 65534, -1)
        else:
            # Nobody but root can give a file away; seen from another user, it is somebody else's.
            monkeypatch.setattr(os, "geteuid", lambda: 65534)
        with pytest.raises(FileMustBePrivate, match="got one of user"):
            file.open()

    def test_shows_nothing_of_a_file_that_it_cannot_read(self, file: SealedFile) -> None:
        identity = file.identity_path.read_text()
        (key,) = (line for line in identity.splitlines() if line.startswith("AGE-"))
        recipient = pyrage.x25519.Identity.from_str(key).to_public()
        contents = [
            file.path.read_bytes()[:-1] + b"x",
            pyrage.encrypt(f'{{"secrets": {{"A": "{TEXT}"}}}}'.encode(), [recipient]),
            pyrage.encrypt(TEXT.encode(), [recipient]),
        ]
        for content in contents:
            file.path.write_bytes(content)
            with pytest.raises(SealedFileMustBeReadable) as refusal:
                file.open()
            shown: BaseException | None = refusal.value
            while shown is not None:
                assert TEXT not in str(shown)
                shown = shown.__cause__ or (None if shown.__suppress_context__ else shown.__context__)
        file.identity_path.write_text("# nothing\n")
        with pytest.raises(SealedFileMustBeReadable, match="without an identity"):
            file.open()
        file.identity_path.write_text(f"{TEXT}\n")
        with pytest.raises(SealedFileMustBeReadable, match="something else in it"):
            file.open()


class TestChange:
    def test_loses_nothing_when_several_write_at_once(self, file: SealedFile) -> None:
        def write(number: int) -> None:
            from cortex.clock import now

            for turn in range(5):
                name = f"SECRET_{number}_{turn}"
                file.change(lambda document: with_secret(document, name=name, value=TEXT, at=now()))  # noqa: B023

        writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert len(file.open().secrets) == 20
        assert {path.name for path in file.path.parent.iterdir()} == {
            "secrets.age",
            "identity.age",
            ".secrets.age.lock",
        }

    def test_is_never_met_half_done(self, file: SealedFile, monkeypatch: pytest.MonkeyPatch) -> None:
        def die(_descriptor: int) -> None:
            raise OSError("the machine stops here")

        before = file.path.read_bytes()
        monkeypatch.setattr(os, "fsync", die)
        with pytest.raises(OSError, match="stops here"):
            file.change(lambda document: document)
        assert file.path.read_bytes() == before

    @pytest.mark.parametrize("writes", [1, 2, 3])
    def test_of_the_identity_opens_whenever_it_was_killed(
        self, file: SealedFile, monkeypatch: pytest.MonkeyPatch, writes: int
    ) -> None:
        from cortex.secrets.sealed import sealed_file

        done: list[Path] = []

        def replace(path: Path, content: bytes) -> None:
            if len(done) == writes - 1:
                raise KeyboardInterrupt
            done.append(path)
            real(path, content)

        real = sealed_file.replace_private
        monkeypatch.setattr(sealed_file, "replace_private", replace)
        with pytest.raises(KeyboardInterrupt):
            file.rotate_identity()
        assert "cortex-files" in file.open().keys

    def test_of_a_file_that_exists_is_no_creation(self, file: SealedFile) -> None:
        with pytest.raises(SealedFileMustBeNew):
            file.create(console.sealed_with_keys())


class TestVault:
    def test_hands_out_what_was_set_since(self, file: SealedFile) -> None:
        from cortex.clock import now

        vault = SealedVault(file)
        assert vault.read_secret(name="METRICS_TOKEN") is None
        for text in ("first-text", "second-text"):
            file.change(lambda document: with_secret(document, name="METRICS_TOKEN", value=text, at=now()))  # noqa: B023
            assert vault.read_secret(name="METRICS_TOKEN") == Secret(text)

    def test_stops_handing_out_once_the_file_can_be_read_by_others(self, file: SealedFile) -> None:
        vault = SealedVault(file)
        vault.check()
        file.path.chmod(0o644)
        with pytest.raises(FileMustBePrivate, match="got mode 0644"):
            vault.check()

    def test_keeps_keys_whose_old_versions_still_decrypt(self, file: SealedFile) -> None:
        keys = LocalKeyManagement(SealedVault(file))
        made = keys.encrypt(key_id="cortex-files", plaintext=b"text", context={})
        assert keys.rotate(key_id="cortex-files") == 2
        assert keys.decrypt(ciphertext=made, context={}) == b"text"
        assert keys.rotate(key_id="another") == 1
