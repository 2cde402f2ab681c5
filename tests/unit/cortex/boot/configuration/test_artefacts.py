# SPDX-License-Identifier: Apache-2.0
"""Signed files: what is accepted, and one sentence for each thing that is not."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from cortex.boot.configuration.artefact import errors
from cortex.boot.configuration.artefact.keys import key_id, word_of
from cortex.boot.configuration.errors import (
    ConfigurationRefused,
    NameMustBeKnown,
    SecretMustStayOutside,
    ValueMustBeWellFormed,
)
from tests.factories.signed_files import NOW, SIGNED_AT, Signer, loaded

SITE = "# ours\nEVENT_BUS: kafka\nEVENT_ATTEMPTS_MAX: 5\nALLOWED_HOSTS: [a.example, b.example]\n"


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer(tmp_path)


class TestSignedFile:
    def test_gives_typed_values_with_the_line_of_each(self, signer: Signer) -> None:
        path = signer.write(SITE, version=3)
        configuration = loaded(signer.environment(path))
        assert configuration.events.bus == "kafka"
        assert configuration.events.attempts_max == 5
        assert configuration.application.allowed_hosts == ("a.example", "b.example")
        assert configuration.sources["EVENT_BUS"] == f"file {path}:2"
        assert configuration.sources["ALLOWED_HOSTS"] == f"file {path}:4"
        assert configuration.sources["EVENT_LEASE_SECONDS"] == "default"

    def test_is_told_with_version_key_and_digest(self, signer: Signer) -> None:
        (artefact,) = loaded(signer.environment(signer.write(SITE, version=3))).artefacts
        assert (artefact.name, artefact.version) == ("site.yaml", 3)
        assert artefact.key_id == key_id(signer.key.public_key())
        assert len(artefact.digest) == 64

    def test_may_be_json(self, signer: Signer) -> None:
        text = '{"EVENT_ATTEMPTS_MAX": 5,\n "DEBUG": false, "ALLOWED_HOSTS": ["a", "b"]}'
        path = signer.write(text, name="site.json")
        configuration = loaded(signer.environment(path))
        assert configuration.events.attempts_max == 5
        assert configuration.application.allowed_hosts == ("a", "b")
        assert configuration.sources["DEBUG"] == f"file {path}:2"

    def test_beats_an_earlier_one(self, signer: Signer) -> None:
        first = signer.write("EVENT_BUS: kafka\nLOG_LEVEL: ERROR\n", name="base.yaml")
        second = signer.write("EVENT_BUS: memory\n", name="site.yaml")
        configuration = loaded(signer.environment(first, second))
        assert (configuration.events.bus, configuration.telling.log_level) == ("memory", "ERROR")
        assert [artefact.name for artefact in configuration.artefacts] == ["base.yaml", "site.yaml"]

    def test_may_be_signed_by_any_trusted_key(self, signer: Signer) -> None:
        other = Signer(signer.directory)
        path = signer.write(SITE)
        both = f"{word_of(other.key.public_key())},{word_of(signer.key.public_key())}"
        (artefact,) = loaded(signer.environment(path, CORTEX_CONFIG_KEYS=both)).artefacts
        assert artefact.key_id == key_id(signer.key.public_key())


def changed_byte(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"5", b"6"))


def no_signature(path: Path) -> None:
    path.with_name(f"{path.name}.sig").unlink()


def rewrite(**changes: object) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        beside = path.with_name(f"{path.name}.sig")
        written = {**json.loads(beside.read_text()), **changes}
        beside.write_text(json.dumps({name: value for name, value in written.items() if value is not None}))

    change.__name__ = ",".join(f"{name}={value}" for name, value in changes.items())[:30]
    return change


def garbage(path: Path) -> None:
    path.with_name(f"{path.name}.sig").write_text("not a signature")


def twice(path: Path) -> None:
    beside = path.with_name(f"{path.name}.sig")
    beside.write_text(beside.read_text().replace("{", '{"version": 9,', 1))


def too_large(path: Path) -> None:
    path.write_bytes(b"#" * (256 * 1024 + 1))


class TestTamperedFile:
    @pytest.mark.parametrize(
        ("tamper", "error", "sentence"),
        [
            (changed_byte, errors.FileMustBeUnchanged, "it was changed after version 1 was signed"),
            (no_signature, errors.FileMustBeSigned, "expected its signature beside it in site.yaml.sig"),
            (garbage, errors.SignatureMustBeWellFormed, "expected what `cortex config sign` writes"),
            (twice, errors.SignatureMustBeWellFormed, "expected what `cortex config sign` writes"),
            (rewrite(extra=1), errors.SignatureMustBeWellFormed, "expected what"),
            (rewrite(version=None), errors.SignatureMustBeWellFormed, "expected what"),
            (rewrite(version=True), errors.SignatureMustBeWellFormed, "expected what"),
            (rewrite(version=0), errors.SignatureMustBeWellFormed, "expected what"),
            (rewrite(format=2), errors.SignatureMustBeWellFormed, "expected what"),
            (rewrite(expires_at="2099-1-1T00:00:00Z"), errors.SignatureMustBeWellFormed, "expected what"),
            (rewrite(version=2), errors.SignatureMustVerify, "it was changed, or forged"),
            (rewrite(expires_at="2100-01-01T00:00:00Z"), errors.SignatureMustVerify, "changed, or forged"),
            (rewrite(sha256="0" * 64), errors.SignatureMustVerify, "changed, or forged"),
            (rewrite(name="other.yaml"), errors.SignatureMustVerify, "changed, or forged"),
            (rewrite(signature="AAAA"), errors.SignatureMustVerify, "changed, or forged"),
            (rewrite(key_id="0" * 32), errors.SignerMustBeTrusted, "it was signed with key '0000"),
            (too_large, errors.FileMustBeReadable, "expected at most 262144 bytes"),
            (Path.unlink, errors.FileMustBeReadable, "expected a file, got none"),
        ],
        ids=lambda value: getattr(value, "__name__", "") if not isinstance(value, str) else "",
    )
    def test_stops_the_start_and_says_why(
        self,
        tamper: Callable[[Path], None],
        error: type[ConfigurationRefused],
        sentence: str,
        signer: Signer,
    ) -> None:
        path = signer.write(SITE)
        tamper(path)
        with pytest.raises(error, match=r"^[^\n]+$") as refusal:
            loaded(signer.environment(path))
        assert type(refusal.value) is error
        assert sentence in refusal.value.message
        assert not (signer.directory / "seen.json").exists()

    def test_may_not_come_from_another_signer(self, signer: Signer) -> None:
        path = Signer(signer.directory).write(SITE)
        with pytest.raises(errors.SignerMustBeTrusted, match="it was signed with key"):
            loaded(signer.environment(path))

    def test_may_not_claim_the_key_of_another(self, signer: Signer) -> None:
        path = Signer(signer.directory).write(SITE)
        rewrite(key_id=key_id(signer.key.public_key()))(path)
        with pytest.raises(errors.SignatureMustVerify):
            loaded(signer.environment(path))

    def test_may_not_lie_under_another_name(self, signer: Signer) -> None:
        path = signer.write(SITE, signed_as="staging.yaml")
        with pytest.raises(errors.NameMustBeTheSignedOne, match=r"it was signed as 'staging\.yaml'"):
            loaded(signer.environment(path))

    def test_may_not_be_expired(self, signer: Signer) -> None:
        path = signer.write(SITE, expires_at=NOW)
        with pytest.raises(errors.SignatureMustBeCurrent, match="expired at 2026-11-02T00:00:00Z"):
            loaded(signer.environment(path))
        loaded(signer.environment(path), at=NOW - timedelta(seconds=1))

    def test_may_not_come_from_the_future(self, signer: Signer) -> None:
        path = signer.write(SITE)
        loaded(signer.environment(path), at=SIGNED_AT - timedelta(minutes=5))
        with pytest.raises(errors.SignatureMustBeCurrent, match="which is yet to come"):
            loaded(signer.environment(path), at=SIGNED_AT - timedelta(minutes=6))

    def test_may_not_be_of_an_unknown_kind(self, signer: Signer) -> None:
        path = signer.write(SITE, name="site.toml")
        with pytest.raises(errors.FileMustBeReadable, match=r"expected a file called \*.yaml"):
            loaded(signer.environment(path))

    def test_needs_somebody_who_is_trusted(self, signer: Signer) -> None:
        path = signer.write(SITE)
        with pytest.raises(errors.SignerMustBeTrusted, match="expected the public keys that may sign"):
            loaded(signer.environment(path, CORTEX_CONFIG_KEYS=""))

    def test_may_not_share_its_name_with_another(self, signer: Signer, tmp_path: Path) -> None:
        (tmp_path / "other").mkdir()
        paths = [signer.write(SITE), Signer(tmp_path / "other", key=signer.key).write(SITE)]
        with pytest.raises(errors.FileMustBeReadable, match="got this name twice"):
            loaded(signer.environment(*paths))


class TestSignedContent:
    @pytest.mark.parametrize(
        ("text", "error", "sentence"),
        [
            ("EVENT_BUSS: kafka", NameMustBeKnown, "Did you mean EVENT_BUS?"),
            ("\nDEBUG: maybe", ValueMustBeWellFormed, "site.yaml:2: expected one of 1, true, yes"),
            ("EVENT_ATTEMPTS_MAX: [1]", ValueMustBeWellFormed, "expected a whole number of at least 1"),
            ("EVENT_BUS: {a: b}", ValueMustBeWellFormed, "expected one of redis, kafka, memory"),
            ("ALLOWED_HOSTS: {a: b}", ValueMustBeWellFormed, "expected a list of texts"),
            ("SECRET_KEY: hunter22", SecretMustStayOutside, "expected no secret here"),
            ("METRICS_TOKEN: hunter22", SecretMustStayOutside, "expected no secret here"),
            ("DATABASE_URL: postgresql://u:hunter22@h/n", SecretMustStayOutside, "without a password"),
            ("REDIS_URL: redis://h/0?password=hunter22", SecretMustStayOutside, "without a password"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT: https://hunter22@h", SecretMustStayOutside, "without"),
            ("CORTEX_CONFIG_KEYS: all", NameMustBeKnown, "expected a name that the program reads"),
        ],
    )
    def test_is_refused_by_name(
        self, text: str, error: type[ConfigurationRefused], sentence: str, signer: Signer
    ) -> None:
        with pytest.raises(error) as refusal:
            loaded(signer.environment(signer.write(text)))
        assert sentence in refusal.value.message
        assert "hunter22" not in f"{refusal.value.message}{refusal.value.evidence}"

    def test_may_name_servers_without_a_password(self, signer: Signer) -> None:
        path = signer.write("DATABASE_URL: postgresql://app@db/books?sslmode=verify-full")
        assert loaded(signer.environment(path)).database.application["HOST"] == "db"

    def test_that_cannot_start_is_not_remembered(self, signer: Signer) -> None:
        environment = signer.environment(signer.write(SITE, version=1))
        loaded(environment)
        before = (signer.directory / "seen.json").read_text()
        signer.write("EVENT_BUS: pigeon", version=2)
        with pytest.raises(ValueMustBeWellFormed):
            loaded(environment)
        assert (signer.directory / "seen.json").read_text() == before
        signer.write(SITE, version=1)
        loaded(environment)
