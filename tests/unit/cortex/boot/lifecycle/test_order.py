# SPDX-License-Identifier: Apache-2.0
"""The order of hooks: one for all machines, or a sentence that says why there is none."""

import random
from collections.abc import Iterable

import pytest

from cortex.boot.lifecycle.errors import (
    HookDependencyMustBeKnown,
    HookMustBeUnique,
    HooksMustNotWaitInACircle,
)
from cortex.boot.lifecycle.hooks import HookSet, Phase, ProcessKind, hook
from cortex.boot.lifecycle.order import ordered


def hooks_of(*rows: tuple[Phase, str, Iterable[str]]) -> HookSet:
    hooks = HookSet()
    for phase, name, after in rows:
        hook(phase, name=name, after=after, hooks=hooks)(lambda: None)
    return hooks


def names(hooks: HookSet, phase: Phase = "on_boot", process: ProcessKind = "web") -> list[str]:
    return [each.name for each in ordered(hooks=hooks, phase=phase, process=process)]


class TestOrder:
    def test_is_by_name_where_nothing_else_decides(self) -> None:
        rows: list[tuple[Phase, str, Iterable[str]]] = [
            ("on_boot", "cache", ()),
            ("on_boot", "alarm", ("keys",)),
            ("on_boot", "bus", ()),
            ("on_boot", "keys", ()),
        ]
        for seed in range(5):
            random.Random(seed).shuffle(rows)
            assert names(hooks_of(*rows)) == ["bus", "cache", "keys", "alarm"]

    def test_is_met_by_a_dependency_of_an_earlier_phase(self) -> None:
        hooks = hooks_of(("on_preboot", "keys", ()), ("on_boot", "bus", ("keys",)))
        assert names(hooks) == ["bus"]

    def test_is_met_by_a_dependency_that_other_processes_run(self) -> None:
        hooks = HookSet()
        hook("on_boot", name="roles", processes=["web"], hooks=hooks)(lambda: None)
        hook("on_boot", name="bus", after=["roles"], hooks=hooks)(lambda: None)
        assert names(hooks, process="web") == ["roles", "bus"]
        assert names(hooks, process="command") == ["bus"]

    def test_counts_what_the_ending_hook_waits_for(self) -> None:
        hooks = hooks_of(("on_boot", "a", ()), ("on_boot", "b", ()), ("on_shutdown", "a", ("b",)))
        assert names(hooks) == ["b", "a"]

    def test_refuses_an_unknown_dependency(self) -> None:
        with pytest.raises(HookDependencyMustBeKnown) as refusal:
            names(hooks_of(("on_boot", "bus", ("keys",))))
        assert refusal.value.message == (
            "Hook bus of on_boot waits for keys, which no hook of this phase or an earlier one is called;"
            " correct its `after`."
        )

    def test_refuses_a_dependency_of_a_later_phase(self) -> None:
        with pytest.raises(HookDependencyMustBeKnown, match="bus of on_boot waits for metrics"):
            names(hooks_of(("on_boot", "bus", ("metrics",)), ("on_ready", "metrics", ())))

    def test_shows_the_circle(self) -> None:
        rows: list[tuple[Phase, str, Iterable[str]]] = [
            ("on_boot", "a", ("c",)),
            ("on_boot", "b", ("a",)),
            ("on_boot", "c", ("b",)),
            ("on_boot", "d", ("a",)),
            ("on_boot", "e", ()),
        ]
        with pytest.raises(HooksMustNotWaitInACircle) as refusal:
            names(hooks_of(*rows))
        assert refusal.value.message == (
            "Hooks of on_boot wait for each other: a → c → b → a; take one of these `after` away."
        )

    def test_refuses_a_hook_that_waits_for_itself(self) -> None:
        with pytest.raises(HooksMustNotWaitInACircle, match="a → a"):
            names(hooks_of(("on_boot", "a", ("a",))))


def first() -> None: ...


def second() -> None: ...


class TestName:
    @pytest.mark.parametrize("phase", ["on_boot", "on_ready"])
    def test_belongs_to_one_function(self, phase: Phase) -> None:
        hooks = HookSet()
        hook("on_boot", name="bus", hooks=hooks)(first)
        with pytest.raises(HookMustBeUnique) as refusal:
            hook(phase, name="bus", hooks=hooks)(second)
        assert refusal.value.message == (
            f"Hook bus of {phase} was given twice, by {__name__}.first and by {__name__}.second; rename one"
            " of them."
        )

    def test_may_be_given_again_to_the_same_function(self) -> None:
        hooks = HookSet()
        for _ in range(2):
            hook("on_boot", name="bus", hooks=hooks)(first)
        assert names(hooks) == ["bus"]

    def test_is_shared_by_what_starts_and_what_ends(self) -> None:
        hooks = HookSet()
        hook("on_boot", name="bus", hooks=hooks)(first)
        hook("on_shutdown", name="bus", hooks=hooks)(second)
        assert names(hooks) == ["bus"]
        assert names(hooks, "on_ready") == []
