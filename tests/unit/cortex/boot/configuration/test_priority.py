# SPDX-License-Identifier: Apache-2.0
"""Environment over files over arguments over defaults, for any combination; and each value's source."""

import shlex
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cortex.boot.configuration.errors import (
    ArgumentMustBeWellFormed,
    ConfigurationRefused,
    NameMustBeKnown,
    SecretMustStayOutside,
    ValueMustBeGiven,
    ValueMustBeWellFormed,
)
from cortex.boot.configuration.sources.arguments import take_arguments
from tests.factories.signed_files import Signer, loaded

NAMES = {
    "EVENT_LEASE_SECONDS": ("events", "lease_seconds", 30),
    "EVENT_ATTEMPTS_MAX": ("events", "attempts_max", 8),
    "WEBHOOK_FAILURES_MAX": ("webhooks", "failures_max", 50),
}
numbers = st.dictionaries(st.sampled_from(sorted(NAMES)), st.integers(min_value=1, max_value=10**9))


def lines(values: Mapping[str, int]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in values.items()) or "{}\n"


@settings(max_examples=40, deadline=None)
@given(environment=numbers, later=numbers, earlier=numbers, arguments=numbers)
def test_what_stands_above_wins_in_any_combination(
    environment: dict[str, int], later: dict[str, int], earlier: dict[str, int], arguments: dict[str, int]
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        signer = Signer(Path(directory))
        paths = [signer.write(lines(earlier), name="a.yaml"), signer.write(lines(later), name="b.yaml")]
        words = [f"--set {name}={value}" for name, value in arguments.items()]
        variables = {name: str(value) for name, value in environment.items()}
        configuration = loaded(signer.environment(*paths, CORTEX_ARGUMENTS=" ".join(words), **variables))
    sources = [
        (environment, "environment"),
        (later, f"file {paths[1]}:"),
        (earlier, f"file {paths[0]}:"),
        (arguments, "argument"),
    ]
    for name, (subject, attribute, default) in NAMES.items():
        value, source = next(
            ((values[name], source) for values, source in sources if name in values), (default, "default")
        )
        assert getattr(getattr(configuration, subject), attribute) == value
        assert configuration.sources[name].startswith(source)


class TestEnvironment:
    def test_may_hand_a_value_as_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "level").write_text("ERROR\n")
        configuration = loaded({"LOG_LEVEL_FILE": str(tmp_path / "level")})
        assert configuration.telling.log_level == "ERROR"
        assert configuration.sources["LOG_LEVEL"] == "environment, LOG_LEVEL_FILE"

    def test_prefers_the_variable_over_the_file(self, tmp_path: Path) -> None:
        (tmp_path / "level").write_text("ERROR\n")
        configuration = loaded({"LOG_LEVEL": "DEBUG", "LOG_LEVEL_FILE": str(tmp_path / "level")})
        assert configuration.telling.log_level == "DEBUG"

    def test_does_not_count_an_empty_variable(self) -> None:
        assert loaded({"LOG_LEVEL": ""}).sources["LOG_LEVEL"] == "default"

    def test_names_the_file_that_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(ValueMustBeWellFormed, match=r"^SECRET_KEY_FILE: expected the path of a readable"):
            loaded({"SECRET_KEY_FILE": str(tmp_path / "missing")})

    def test_must_give_what_has_no_default(self) -> None:
        with pytest.raises(
            ValueMustBeGiven, match=r"^SECRET_KEY: expected a value, got none. Set SECRET_KEY or"
        ):
            loaded({}, kind="plain")


class TestMachineFile:
    @pytest.fixture(autouse=True)
    def file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setattr(
            "cortex.boot.configuration.loading.path_of_machine_file", lambda: tmp_path / "env"
        )
        (tmp_path / "env").write_text(
            "# chosen at the first start\nSECRET_KEY=chosen=key\nDATABASE_URL=postgresql://a:b@/c?host=/d\n"
            "REDIS_URL=unix:///v.sock\n\nLOG_LEVEL=ERROR\nMETRICS_TOKEN=scraper\nWEBHOOK_SIGNING_KEY=x\n"
        )
        return tmp_path / "env"

    def test_stands_below_the_environment_and_above_files(self, tmp_path: Path) -> None:
        signer = Signer(tmp_path)
        path = signer.write("LOG_LEVEL: DEBUG\nEVENT_BUS: memory\n")
        configuration = loaded(signer.environment(path), kind="dev")
        assert configuration.sources["LOG_LEVEL"] == "machine file"
        assert configuration.sources["EVENT_BUS"] == f"file {path}:2"
        assert configuration.application.secret_key.get_secret_value() == "chosen=key"
        assert loaded({"LOG_LEVEL": "INFO"}, kind="dev").sources["LOG_LEVEL"] == "environment"

    def test_yields_to_a_variable_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "level").write_text("")
        assert loaded({"LOG_LEVEL_FILE": str(tmp_path / "level")}, kind="dev").telling.log_level == "INFO"

    def test_hands_to_the_environment_what_the_vault_reads(self) -> None:
        environment = {"METRICS_TOKEN": "mine", "WEBHOOK_SIGNING_KEY_FILE": "/run/secrets/x"}
        loaded(environment, kind="dev")
        assert environment == {"METRICS_TOKEN": "mine", "WEBHOOK_SIGNING_KEY_FILE": "/run/secrets/x"}
        other: dict[str, str] = {}
        loaded(other, kind="dev")
        assert other == {"METRICS_TOKEN": "scraper", "WEBHOOK_SIGNING_KEY": "x"}

    def test_counts_in_no_other_installation(self) -> None:
        assert loaded({}, kind="test").sources["LOG_LEVEL"] == "default"

    def test_may_be_missing(self, file: Path) -> None:
        file.unlink()
        with pytest.raises(ValueMustBeGiven):
            loaded({}, kind="dev")

    @pytest.mark.parametrize("name", ["CORTEX_CONFIG", "CORTEX_CONFIG_KEYS", "CORTEX_ARGUMENTS"])
    def test_says_not_who_may_sign(self, file: Path, name: str) -> None:
        file.write_text(f"{name}=x\n")
        environment: dict[str, str] = {}
        with pytest.raises(ConfigurationRefused, match=rf"^{name} in env line 1: expected this name in the"):
            loaded(environment, kind="dev")
        assert environment == {}

    def test_is_refused_with_the_line_that_is_malformed(self, file: Path) -> None:
        file.write_text("A=1\nnonsense\n")
        with pytest.raises(ConfigurationRefused, match=r"^env line 2: expected KEY=VALUE"):
            loaded({}, kind="dev")


class TestArguments:
    def test_before_the_command_are_taken_from_it(self) -> None:
        environment: dict[str, str] = {}
        words = take_arguments(
            ["cortex", "--set", "LOG_LEVEL=ERROR", "--config=a b.yaml", "check", "--set"], environ=environment
        )
        assert words == ["cortex", "check", "--set"]
        assert shlex.split(environment["CORTEX_ARGUMENTS"]) == [
            "--set",
            "LOG_LEVEL=ERROR",
            "--config",
            "a b.yaml",
        ]

    def test_add_to_those_of_the_process_that_started_this_one(self) -> None:
        environment = {"CORTEX_ARGUMENTS": "--set LOG_LEVEL=ERROR --set EVENT_BUS=memory"}
        take_arguments(["cortex", "--set", "LOG_LEVEL=DEBUG", "check"], environ=environment)
        configuration = loaded(environment)
        assert (configuration.telling.log_level, configuration.events.bus) == ("DEBUG", "memory")

    def test_may_name_the_files(self, tmp_path: Path) -> None:
        signer = Signer(tmp_path)
        environment = signer.environment(CORTEX_ARGUMENTS=f"--config {signer.write('EVENT_BUS: memory')}")
        assert loaded(environment).events.bus == "memory"

    def test_may_not_name_other_files_than_the_environment(self, tmp_path: Path) -> None:
        signer = Signer(tmp_path)
        path = signer.write("EVENT_BUS: memory")
        with pytest.raises(ArgumentMustBeWellFormed, match="got others than in CORTEX_CONFIG"):
            loaded(signer.environment(path, CORTEX_ARGUMENTS="--config other.yaml"))

    @pytest.mark.parametrize("words", [["--set"], ["--set", "LOG_LEVEL=ERROR", "--config"]])
    def test_must_be_whole(self, words: list[str]) -> None:
        with pytest.raises(ArgumentMustBeWellFormed, match="expected --set NAME=VALUE and --config FILE"):
            take_arguments(["cortex", *words], environ={})

    @pytest.mark.parametrize("given", ["--set", "--set A", "--unset A=1", "check", "--set 'A=1"])
    def test_in_the_environment_must_be_well_formed(self, given: str) -> None:
        with pytest.raises(ArgumentMustBeWellFormed):
            loaded({"CORTEX_ARGUMENTS": given})

    @pytest.mark.parametrize(
        ("given", "error"),
        [
            ("LOG_LEVL=ERROR", NameMustBeKnown),
            ("SECRET_KEY=hunter22", SecretMustStayOutside),
            ("DATABASE_URL=postgresql://u:hunter22@h/n", SecretMustStayOutside),
            ("LOG_LEVEL=hunter22", ValueMustBeWellFormed),
        ],
    )
    def test_set_known_names_and_no_secrets(self, given: str, error: type[ConfigurationRefused]) -> None:
        with pytest.raises(error, match="in argument: expected") as refusal:
            loaded({"CORTEX_ARGUMENTS": f"--set {given}"})
        assert "hunter22" not in refusal.value.message
