# SPDX-License-Identifier: Apache-2.0
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from cortex.container.wiring import WiringMustBeSound
from cortex.ports.registry import PortMustBeBound, bind, get, provide
from tests.unit.cortex.container.instruments import (
    EachWaits,
    Fork,
    ForTheOther,
    Orchestra,
    PersonalUsher,
    Pitch,
    Seat,
    SmallOrchestra,
    TakenSeat,
    TunedViolin,
    Usher,
    Violin,
)

if TYPE_CHECKING:
    from tests.unit.cortex.container.instruments import Drum

Build = Callable[[], None]


class NeedsWhatIsNotImported:
    def __init__(self, drum: "Drum") -> None:
        self.drum = drum


class NeedsNoType:
    def __init__(self, drum) -> None:  # type: ignore[no-untyped-def]
        self.drum = drum


class TestContainer:
    def test_makes_adapters_of_adapters_in_any_order_and_once(self, build: Build) -> None:
        fork = Fork()
        provide(Orchestra, SmallOrchestra)
        provide(Violin, TunedViolin)
        bind(Pitch, fork)
        build()
        orchestra = get(Orchestra)
        assert orchestra is get(Orchestra)
        assert orchestra.violin is get(Violin)
        assert orchestra.violin.pitch is fork

    def test_leaves_a_parameter_its_default_that_no_port_stands_for(self, build: Build) -> None:
        provide(Pitch, Fork)
        build()
        assert get(Pitch).hertz() == 440

    def test_makes_one_adapter_for_two_ports_by_one_class(self, build: Build) -> None:
        provide(Pitch, Fork)
        provide(Fork, Fork)
        build()
        assert get(Pitch) is not get(Fork)

    def test_refuses_a_port_that_nobody_bound(self, build: Build) -> None:
        build()
        with pytest.raises(PortMustBeBound, match="Port Pitch: no adapter is bound"):
            get(Pitch)


class TestAtStart:
    def test_a_cycle_is_refused(self, build: Build) -> None:
        provide(Seat, EachWaits)  # type: ignore[arg-type]
        provide(Usher, ForTheOther)
        assert "Circular dependency detected" in refused(build, naming=("EachWaits", "ForTheOther"))

    def test_a_missing_port_is_refused(self, build: Build) -> None:
        provide(Violin, TunedViolin)
        assert "'pitch'" in refused(build, naming=("Violin", "Pitch"))

    def test_an_adapter_that_would_outlive_what_it_holds_is_refused(self, build: Build) -> None:
        bind(Pitch, Fork())
        provide(Seat, TakenSeat, lifetime="scope")
        provide(Usher, PersonalUsher)
        assert "'scoped' lifetime" in refused(build, naming=("PersonalUsher", "seat"))

    def test_a_parameter_without_a_port_is_refused(self, build: Build) -> None:
        provide(Orchestra, NeedsNoType)
        assert "must have types" in refused(build, naming=("drum",))

    def test_a_port_that_only_a_type_checker_imports_is_refused(self, build: Build) -> None:
        provide(Orchestra, NeedsWhatIsNotImported)  # type: ignore[arg-type]
        assert "not imported" in refused(build, naming=("NeedsWhatIsNotImported", "Drum"))


def refused(build: Build, *, naming: tuple[str, ...]) -> str:
    """Build in vain; return the sentence after checking that it is one, and names who is concerned."""
    with pytest.raises(WiringMustBeSound) as refusal:
        build()
    evidence: Any = refusal.value.evidence
    assert refusal.value.message.startswith("Container: expected adapters that can be made, got: ")
    assert set("\n<>") & set(refusal.value.message) <= {">"}
    assert [name for name in naming if name not in evidence["got"]] == []
    return str(evidence["got"])
