# SPDX-License-Identifier: Apache-2.0
"""One launcher per checkout."""

import os
from pathlib import Path

import pytest

from cortex.embedded import instance, locations
from cortex.embedded.instance import AlreadyRunning
from cortex.embedded.locations import Locations

URL = "http://127.0.0.1:8000"


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Locations:
    monkeypatch.setattr(locations, "SYSTEM_STATE", tmp_path / "system")
    return locations.prepare(base=tmp_path / "state")


class TestSoleInstance:
    def test_refuses_a_second_one_and_tells_where_the_first_serves(self, places: Locations) -> None:
        with instance.sole_instance(locations=places):
            instance.announce(locations=places, url=URL)
            with pytest.raises(AlreadyRunning) as refusal, instance.sole_instance(locations=places):
                pass
        assert refusal.value.running == instance.Running(pid=os.getpid(), url=URL)
        assert refusal.value.message == (
            f"Cortex runs already at {URL} (pid {os.getpid()});"
            " stop it with Ctrl-C there, or with: make down."
        )

    def test_says_so_while_the_first_is_still_starting(self, places: Locations) -> None:
        with (
            instance.sole_instance(locations=places),
            pytest.raises(AlreadyRunning, match="runs already and is still starting") as refusal,
            instance.sole_instance(locations=places),
        ):
            pass
        assert refusal.value.running is None

    def test_makes_room_when_it_ends(self, places: Locations) -> None:
        with instance.sole_instance(locations=places):
            instance.announce(locations=places, url=URL)
        assert instance.running(locations=places) is None
        with instance.sole_instance(locations=places):
            assert instance.running(locations=places) is None

    def test_does_not_believe_the_record_of_a_killed_one(self, places: Locations) -> None:
        instance.announce(locations=places, url=URL)
        assert instance.running(locations=places) is None
