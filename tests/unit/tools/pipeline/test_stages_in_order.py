# SPDX-License-Identifier: Apache-2.0
import io

import pytest

from tools.pipeline import __main__ as pipeline
from tools.pipeline.programs import StageFailed
from tools.pipeline.report import Report
from tools.pipeline.workplace import Workplace, workplace


@pytest.fixture
def place() -> Workplace:
    """Return scratch space that nobody needs afterwards."""
    with workplace() as own:
        return own


class TestRun:
    def run(
        self, place: Workplace, monkeypatch: pytest.MonkeyPatch, *, failing: str = ""
    ) -> tuple[int, list[str], str]:
        done: list[str] = []

        def stage(name: str) -> None:
            if name == failing:
                raise StageFailed("hadolint ended with 1.\nCorrect docker/Dockerfile.")
            done.append(name)

        stages = {name: lambda place, report, name=name: stage(name) for name in pipeline.STAGES}
        monkeypatch.setattr(pipeline, "STAGES", stages)
        stream = io.StringIO()
        code = pipeline.run(list(stages), workplace=place, report=Report(stream))
        return code, done, stream.getvalue()

    def test_runs_every_stage_and_tells_how_long_each_took(
        self, place: Workplace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code, done, said = self.run(place, monkeypatch)
        assert (code, done) == (0, ["lint", "unit", "build", "package", "deploy"])
        assert said.endswith("lint 0 s · unit 0 s · build 0 s · package 0 s · deploy 0 s · total 0 s\n")

    def test_stops_at_the_first_failure_with_its_remedy(
        self, place: Workplace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        code, done, said = self.run(place, monkeypatch, failing="build")
        assert (code, done) == (1, ["lint", "unit"])
        assert said.endswith("FAILED in build: hadolint ended with 1.\nCorrect docker/Dockerfile.\n")

    def test_fails_when_it_took_too_long(self, place: Workplace, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pipeline, "SECONDS_MAX", -1.0)
        code, _, said = self.run(place, monkeypatch)
        assert code == 1
        assert "Find the stage that grew" in said

    def test_knows_its_stages(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit):
            pipeline.main(["publish"])
        assert "no stage publish; there are lint, unit, build, package, deploy" in capsys.readouterr().err
