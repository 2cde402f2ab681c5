# SPDX-License-Identifier: Apache-2.0
from collections.abc import Callable

import pytest

from cortex.container.override import override
from cortex.container.scopes import scope
from cortex.ports.registry import PortMustBeBound, bind, get, provide
from tests.unit.cortex.container.instruments import (
    Drum,
    Fork,
    Orchestra,
    Pitch,
    Seat,
    SmallOrchestra,
    TunedViolin,
    Violin,
    left,
    seat_that_is_left,
)


@pytest.fixture(autouse=True)
def orchestra(build: Callable[[], None]) -> None:
    """Build an orchestra whose violin is tuned to the fork."""
    bind(Pitch, Fork(440))
    provide(Violin, TunedViolin)
    provide(Orchestra, SmallOrchestra)
    provide(Drum, Drum)
    provide(Seat, seat_that_is_left, lifetime="scope")
    build()


class TestOverride:
    def test_stands_for_the_port_and_is_gone_afterwards(self) -> None:
        with override(Pitch, Fork(415)):
            assert get(Pitch).hertz() == 415
        assert get(Pitch).hertz() == 440

    def test_reaches_what_was_made_before(self) -> None:
        before = get(Orchestra)
        assert before.violin.pitch.hertz() == 440
        with override(Pitch, Fork(415)):
            assert get(Orchestra).violin.pitch.hertz() == 415
        assert get(Orchestra) is before

    def test_leaves_nothing_in_what_was_made_meanwhile(self) -> None:
        with override(Pitch, Fork(415)):
            get(Orchestra)
        assert get(Orchestra).violin.pitch.hertz() == 440

    def test_leaves_everything_else_the_same(self) -> None:
        with override(Pitch, Fork(415)):
            drum = get(Drum)
        assert get(Drum) is drum

    def test_ends_with_an_exception_too(self) -> None:
        with pytest.raises(OSError, match="out of tune"), override(Pitch, Fork(415)):
            raise OSError("out of tune")
        assert get(Pitch).hertz() == 440

    def test_may_stand_inside_another(self) -> None:
        with override(Pitch, Fork(415)):
            with override(Pitch, Fork(432)):
                assert get(Orchestra).violin.pitch.hertz() == 432
            assert get(Orchestra).violin.pitch.hertz() == 415

    def test_reaches_the_scope_that_is_open_and_gives_its_own_back(self) -> None:
        with scope(kind="request"):
            outer = get(Seat)
            with override(Pitch, Fork(415)):
                inner = get(Seat)
            assert left == [inner]
            assert get(Seat) is outer

    def test_of_a_port_that_nobody_bound_is_refused(self) -> None:
        with pytest.raises(PortMustBeBound), override(Fork, Fork(415)):
            pass
