# SPDX-License-Identifier: Apache-2.0
"""What a configuration tells of itself: no secret anywhere, and one digest on every machine."""

import json
import traceback
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cortex import confidential
from cortex.boot.configuration import console
from cortex.boot.configuration.catalogue import entries
from cortex.boot.configuration.console.showing import rows_of
from cortex.boot.configuration.errors import ConfigurationRefused
from cortex.boot.configuration.readers import Secret, SecretList
from cortex.boot.configuration.urls import Url
from tests.factories.signed_files import Signer, loaded

passwords = st.text("abcdefghijkmnpqrstuvwxyzQWERTZ23456789@/:%#?&=+ ", min_size=12, max_size=40).filter(
    lambda text: text.strip() == text
)
HOLDS_SECRETS = sorted(
    name for name, entry in entries().items() if isinstance(entry.reader, Secret | SecretList | Url)
)


def url_with(password: str, *, name: str) -> str:
    written = quote(password, safe="")
    if name.startswith("DATABASE"):
        return f"postgresql://cortex:{written}@db/books"
    if name == "REDIS_URL":
        return f"redis://:{written}@cache/0?password={written}"
    return f"https://{written}:{written}@collector/v1?key={written}"


def given_with(password: str) -> dict[str, str]:
    secret = password.replace(",", "-")
    values = {name: url_with(password, name=name) for name in HOLDS_SECRETS}
    return {**values, **dict.fromkeys(("LOG_SIGNING_KEY", "SECRET_KEY", "SECRET_KEY_FALLBACKS"), secret)}


@pytest.fixture(autouse=True)
def memory_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the many secrets of these tests be forgotten after them."""
    monkeypatch.setattr(confidential, "_known", {})


tried = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestSecrets:
    def test_stand_where_this_test_looks(self) -> None:
        known = {
            "DATABASE_URL",
            "LOG_SIGNING_KEY",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "REDIS_URL",
            "SECRET_KEY",
            "SECRET_KEY_FALLBACKS",
        }
        assert known <= set(HOLDS_SECRETS)

    @tried
    @given(password=passwords)
    def test_are_never_shown(self, password: str) -> None:
        configuration = loaded(given_with(password))
        shown = repr(rows_of(configuration)) + repr(configuration) + str(configuration)
        assert password not in shown
        assert quote(password, safe="") not in shown
        assert dict(configuration.sources)["SECRET_KEY"] == "environment"

    @tried
    @given(password=passwords, name=st.sampled_from(sorted(entries())))
    def test_never_stand_in_a_refusal(self, password: str, name: str) -> None:
        # In a wrong place, and in a wrong form: nobody may learn it from what the program says.
        given = {**given_with(password), name: f"nonsense://[{password}"}
        try:
            loaded(given)
        except ConfigurationRefused as error:
            told = "".join(traceback.format_exception(error)) + repr(error.evidence)
            assert password not in told

    def test_are_masked_inside_urls(self) -> None:
        rows = {name: value for name, value, _ in rows_of(loaded(given_with("correct horse")))}
        assert rows["DATABASE_URL"] == "postgresql://cortex:********@db/books"
        assert rows["REDIS_URL"] == "redis://:********@cache/0?password=********"
        assert rows["OTEL_EXPORTER_OTLP_ENDPOINT"] == "https://********@collector/v1?key=********"
        assert rows["SECRET_KEY"] == rows["SECRET_KEY_FALLBACKS"] == "********"

    def test_are_masked_where_somebody_wrote_one_into_another_value(self) -> None:
        rows = {
            name: value
            for name, value, _ in rows_of(
                loaded({"SECRET_KEY": "correct horse", "KAFKA_TOPIC": "correct horse"})
            )
        }
        assert rows["KAFKA_TOPIC"] == "[secret]"


class TestDigest:
    def digest(self, values: Mapping[str, str]) -> str:
        return loaded(dict(values)).digest

    def test_is_the_same_wherever_values_come_from(self, tmp_path: Path) -> None:
        signer = Signer(tmp_path)
        of_file = loaded(signer.environment(signer.write("EVENT_BUS: memory"))).digest
        assert len(of_file) == 64
        assert of_file == self.digest({"EVENT_BUS": "memory"})
        assert of_file == self.digest({"CORTEX_ARGUMENTS": "--set EVENT_BUS=memory"})
        assert of_file != self.digest({})

    @pytest.mark.parametrize(
        ("name", "here", "there"),
        [
            ("STATIC_ROOT", "/srv/a", "/srv/b"),
            ("KAFKA_CA_FILE", "/etc/a.pem", "/etc/b.pem"),
            ("SECRET_KEY", "one-secret", "another-secret"),
            ("DATABASE_URL", "postgresql://a:one@h/n", "postgresql://a:two@h/n"),
            ("DATABASE_URL", "postgresql://a@/n?host=/a", "postgresql://a@/n?host=/b"),
            ("DATABASE_URL", "postgresql://a@h/n?sslcert=/a", "postgresql://a@h/n?sslcert=/b"),
            ("REDIS_URL", "unix:///a.sock?db=0", "unix:///b.sock?db=0"),
        ],
    )
    def test_leaves_out_secrets_and_places_of_a_machine(self, name: str, here: str, there: str) -> None:
        assert self.digest({name: here}) == self.digest({name: there})

    @pytest.mark.parametrize(
        ("name", "before", "after"),
        [
            ("KAFKA_CA_FILE", "", "/etc/a.pem"),
            ("SECRET_KEY_FALLBACKS", "", "former-key"),
            ("DATABASE_URL", "postgresql://a@h/n", "postgresql://a:p@h/n"),
            ("DATABASE_URL", "postgresql://a@/n?host=/a", "postgresql://a@h/n"),
            ("REDIS_URL", "unix:///a.sock?db=0", "unix:///a.sock?db=1"),
            ("ALLOWED_HOSTS", "a,b", "b,a"),
            ("DEBUG", "off", "on"),
        ],
    )
    def test_covers_everything_else(self, name: str, before: str, after: str) -> None:
        assert self.digest({name: before}) != self.digest({name: after})

    def test_counts_a_secret_as_set_and_a_place_as_a_place(self) -> None:
        configuration = loaded({})
        counted = {
            name: entry.reader.counted(entry.value_in(configuration)) for name, entry in entries().items()
        }
        assert counted["SECRET_KEY"] == "set"
        assert counted["STATIC_ROOT"] == "<path>"
        assert counted["REDIS_URL"] == "unix://<path>?db=0"


class TestShow:
    @pytest.fixture(autouse=True)
    def environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        signer = Signer(tmp_path)
        path = signer.write('EVENT_BUS: memory\nKAFKA_TOPIC: "two\\nlines"\n', version=4)
        variables = signer.environment(path, DJANGO_SETTINGS_MODULE="settings.test", LOG_LEVEL="ERROR")
        monkeypatch.setattr("os.environ", variables)

    def test_prints_a_table(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert console.main(["show"]) == 0
        rows = [line.split() for line in capsys.readouterr().out.splitlines() if line]
        assert ["EVENT_BUS", "memory", "file", f"{tmp_path}/site.yaml:1"] in rows
        assert ["KAFKA_TOPIC", "two\\nlines", "file", f"{tmp_path}/site.yaml:2"] in rows
        assert ["LOG_LEVEL", "ERROR", "environment"] in rows
        assert ["DEBUG", "off", "default"] in rows

    def test_prints_json(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert console.main(["show", "--format", "json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert {"name": "LOG_LEVEL", "value": "ERROR", "source": "environment"} in shown["values"]
        assert [(item["name"], item["version"]) for item in shown["artefacts"]] == [("site.yaml", 4)]
        assert [item["name"] for item in shown["values"]] == list(entries())

    def test_remembers_no_version(self, tmp_path: Path) -> None:
        console.main(["show"])
        assert not (tmp_path / "seen.json").exists()
