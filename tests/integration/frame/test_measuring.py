# SPDX-License-Identifier: Apache-2.0
"""What coverage sees of tests: each scene once for each file, and no program that nobody asked for."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from coverage import Coverage

from tests.frame.measuring import MEASURING, measured_once, programs_as_before, unmeasured
from tests.frame.server import ROOT


def scene() -> str:
    return "built"


@contextmanager
def counting(own: Coverage | None = None) -> Iterator[Coverage]:
    """Measure this file, whether the whole run is measured or not."""
    own = own or Coverage(data_file=None, config_file=False, include=[__file__])
    own.start()
    try:
        yield own
    finally:
        own.stop()


def seen(coverage: Coverage) -> bool:
    lines = coverage.get_data().lines(__file__) or []
    return scene.__code__.co_firstlineno + 1 in lines


@pytest.fixture
def item(request: pytest.FixtureRequest) -> pytest.Item:
    """Return a test of this file that needs a fixture no other test needs."""
    item = pytest.Function.from_parent(request.node.parent, name="scenic", callobj=lambda: None)
    item.fixturenames.append("a scene of this very test" + request.node.name)
    return item


class TestSettingUp:
    def test_is_measured_for_the_first_test_of_a_file(self, item: pytest.Item) -> None:
        with counting() as coverage:
            with measured_once(item):
                scene()
            assert seen(coverage)

    def test_is_not_measured_again(self, item: pytest.Item) -> None:
        with counting() as coverage:
            with measured_once(item):
                pass
            with measured_once(item):
                scene()
            assert not seen(coverage)
            scene()
            assert seen(coverage)

    def test_is_measured_again_when_something_new_is_needed(self, item: pytest.Function) -> None:
        with counting() as coverage:
            with measured_once(item):
                pass
            item.fixturenames.append(item.fixturenames[-1] + " and more")
            with measured_once(item):
                scene()
            assert seen(coverage)


class TestStartedPrograms:
    def test_stay_unmeasured_after_a_pause(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(MEASURING, "whatever the whole run says")
        with counting(Coverage(data_file=None, config_file=str(ROOT / "pyproject.toml"))):
            assert os.environ[MEASURING] != "whatever the whole run says"
            monkeypatch.delenv(MEASURING)
            with unmeasured():
                pass
            assert MEASURING not in os.environ

    @pytest.mark.parametrize("before", [None, "asked for"])
    def test_are_measured_as_before(self, monkeypatch: pytest.MonkeyPatch, before: str | None) -> None:
        monkeypatch.delenv(MEASURING, raising=False)
        if before is not None:
            monkeypatch.setenv(MEASURING, before)
        with programs_as_before():
            os.environ[MEASURING] = "started again"
        assert (MEASURING in os.environ) is (before is not None)
