# SPDX-License-Identifier: Apache-2.0
import contextvars
import threading
from collections.abc import Callable, Iterator

import pytest
import structlog.testing

from cortex.boot.lifecycle.hooks import HOOKS
from cortex.container.hooks import close_adapters
from cortex.container.scopes import ScopeMustBeOpen, answering, current_scope, open_scope, scope
from cortex.ports.registry import bind, get, provide
from tests.unit.cortex.container.instruments import (
    Fork,
    PersonalUsher,
    Pitch,
    Seat,
    TakenSeat,
    Usher,
    left,
    seat_that_is_left,
)

Build = Callable[[], None]


def seat_that_breaks() -> Iterator[Seat]:
    yield TakenSeat(Fork())
    raise OSError("the seat broke")


@pytest.fixture
def hall(build: Build) -> None:
    """Build a hall in which everybody has a seat of their own."""
    bind(Pitch, Fork())
    provide(Seat, seat_that_is_left, lifetime="scope")
    provide(Usher, PersonalUsher, lifetime="scope")
    build()


@pytest.mark.usefixtures("hall")
class TestScope:
    def test_shares_one_adapter_inside_and_none_with_the_next(self) -> None:
        with scope(kind="request"):
            first = get(Seat)
            assert get(Usher).seat is first
            assert get(Seat) is first
        with scope(kind="request"):
            assert get(Seat) is not first

    def test_closes_what_was_made_in_it_and_only_that(self) -> None:
        with scope(kind="task"):
            pass
        assert left == []
        with scope(kind="task"):
            seat = get(Seat)
            assert seat.taken
        assert left == [seat]
        assert not seat.taken

    def test_closes_on_an_exception_too(self) -> None:
        with pytest.raises(KeyboardInterrupt), scope(kind="command"):
            get(Seat)
            raise KeyboardInterrupt
        assert len(left) == 1
        assert current_scope() is None

    def test_closes_once(self) -> None:
        opened = open_scope(kind="request")
        get(Seat)
        opened.close()
        opened.close()
        assert len(left) == 1

    def test_inside_another_is_its_own_and_gives_the_outer_back(self) -> None:
        with scope(kind="task"):
            outer = get(Seat)
            with scope(kind="task"):
                assert get(Seat) is not outer
            assert get(Seat) is outer
            assert outer.taken

    def test_shares_the_adapters_of_the_process(self) -> None:
        pitch = get(Pitch)
        with scope(kind="request"):
            assert get(Pitch) is pitch

    def test_is_not_seen_by_a_thread_that_it_starts(self) -> None:
        found: list[object] = []
        with scope(kind="task"):
            thread = threading.Thread(target=lambda: found.append(current_scope()))
            thread.start()
            thread.join()
        assert found == [None]

    def test_once_closed_gives_nothing_that_would_stay_open(self) -> None:
        opened = open_scope(kind="request")
        late = contextvars.copy_context()
        opened.close()
        with pytest.raises(ScopeMustBeOpen):
            late.run(get, Seat)
        assert late.run(get, Pitch) is get(Pitch)

    def test_may_be_closed_in_another_context(self) -> None:
        opened = open_scope(kind="request")
        seat = get(Seat)
        contextvars.copy_context().run(opened.close)
        assert left == [seat]
        with pytest.raises(ScopeMustBeOpen):
            get(Seat)
        opened.close()


class TestOutsideAnyScope:
    @pytest.mark.usefixtures("hall")
    def test_what_must_be_closed_is_refused(self) -> None:
        with pytest.raises(ScopeMustBeOpen, match="Port Seat: seat_that_is_left is closed with its request"):
            get(Seat)
        with pytest.raises(ScopeMustBeOpen):
            get(Usher)

    def test_what_need_not_be_closed_is_made_for_each_asking(self, build: Build) -> None:
        bind(Pitch, Fork())
        provide(Seat, TakenSeat, lifetime="scope")
        provide(Usher, PersonalUsher, lifetime="scope")
        build()
        assert get(Usher).seat is not get(Usher).seat


class TestFailureToClose:
    def test_is_told_and_closes_the_others(self, build: Build) -> None:
        bind(Pitch, Fork())
        provide(Seat, seat_that_is_left, lifetime="scope")
        provide(TakenSeat, seat_that_breaks, lifetime="scope")  # type: ignore[arg-type]
        build()
        with structlog.testing.capture_logs() as told, scope(kind="task"):
            get(Seat)
            get(TakenSeat)
        assert [(line["event"], line["kind"]) for line in told] == [("scope_not_closed", "task")]
        assert len(left) == 1


class TestEndOfTheProcess:
    def test_closes_what_was_made_for_all(self, build: Build) -> None:
        bind(Pitch, Fork())
        provide(Seat, seat_that_is_left)
        build()
        seat = get(Seat)
        close_adapters()
        assert left == [seat]

    def test_tells_a_failure(self, build: Build) -> None:
        provide(Seat, seat_that_breaks)
        build()
        get(Seat)
        with structlog.testing.capture_logs() as told:
            close_adapters()
        assert [line["event"] for line in told] == ["adapters_not_closed"]

    def test_is_asked_for_by_the_shutdown(self) -> None:
        ending = HOOKS.ending("container")
        assert ending is not None
        assert ending.work is close_adapters


class TestProgram:
    def test_answers_from_the_container_once_it_is_loaded(self) -> None:
        assert answering().registrations
