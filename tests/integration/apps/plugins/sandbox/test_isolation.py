# SPDX-License-Identifier: Apache-2.0
"""Calls beside each other: nobody meets another's data, mistakes or attacks; the process stays as it was."""

import resource
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from apps.plugins.adapters.local_backend import LocalBackend
from apps.plugins.domain import call_errors
from tests.factories.hostile import Hostile

pytestmark = pytest.mark.slow

ATTACKS = ("loop", "memory", "deep_recursion", "abort", "leave", "raw_no_json", "flood_caught", "connect")


class HostFailed(Exception):
    """A mistake of the host's own, with something in it that is nobody's business."""


@dataclass
class Failing(LocalBackend):
    """Fails with a sentence of its own company."""

    sentence: str = ""
    error: type[BaseException] = HostFailed

    def rows(self, **told: Any) -> list[dict[str, Any]]:
        raise self.error(self.sentence)


class TestBesideAttacks:
    def test_eight_plugins_answer_while_others_attack(self, hostile: Hostile) -> None:
        tight = hostile.within(fuel=100_000_000, milliseconds=20_000)

        def attack(handler: str) -> str:
            try:
                return str(tight.tell(handler).answer)
            except call_errors.PluginCallFailed as error:
                return error.code

        def ask(number: int) -> tuple[Any, int]:
            other = hostile.within(milliseconds=20_000)
            other = other.with_backend(LocalBackend(data={"accounting.journal_entry": [{"number": number}]}))
            return other.tell("ask").answer["rows"][0]["number"], number

        with ThreadPoolExecutor(16) as threads:
            attacks = [threads.submit(attack, each) for each in ATTACKS * 4]
            answers = [threads.submit(ask, number) for number in range(8 * 8)]
            assert all(got == expected for got, expected in (each.result() for each in answers))
            assert all(each.result().startswith("plugins.") for each in attacks)


class TestMistakesOfTheHost:
    def test_reach_their_own_caller_and_no_plugin(self, hostile: Hostile) -> None:
        def fail(number: int) -> bool:
            other = hostile.within(milliseconds=20_000).with_backend(Failing(sentence=f"secret of {number}"))
            with pytest.raises(call_errors.HostMustAnswer) as refused:
                other.tell("host_mistake")
            assert "secret" not in f"{refused.value.message} {refused.value.evidence}"
            return str(refused.value.__cause__) == f"secret of {number}"

        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(fail, range(64)))

    @pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit])
    def test_an_end_of_the_process_is_passed_on_instead_of_crashing_it(
        self, hostile: Hostile, kind: type[BaseException]
    ) -> None:
        with pytest.raises(kind):
            hostile.with_backend(Failing(error=kind)).tell("host_mistake")
        assert hostile.tell("echo", 1).answer == 1


class TestCallsWithinCalls:
    def test_have_budgets_of_their_own(self, hostile: Hostile) -> None:
        class Calling(LocalBackend):
            def rows(self, **told: Any) -> list[dict[str, Any]]:
                return [{"number": hostile.tell("echo", 5).answer}]

        answered = hostile.with_backend(Calling()).tell("ask")
        assert (answered.answer, answered.host_calls) == ({"rows": [{"number": 5}]}, 1)


def _resident_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class TestManyHostileCalls:
    def test_leave_no_memory_behind(self, hostile: Hostile) -> None:
        quick = hostile.within(fuel=50_000_000)
        for handler in ATTACKS * 3:
            with pytest.raises(call_errors.PluginCallFailed):
                quick.tell(handler)
        before = _resident_kib()
        for handler in ATTACKS * 25:
            with pytest.raises(call_errors.PluginCallFailed):
                quick.tell(handler)
        assert _resident_kib() - before < 16 * 1024

    @pytest.mark.soak
    def test_ten_thousand_leave_none_either(self, hostile: Hostile) -> None:
        quick = hostile.within(fuel=50_000_000)
        for handler in ATTACKS * 25:
            with pytest.raises(call_errors.PluginCallFailed):
                quick.tell(handler)
        before = _resident_kib()
        for handler in ATTACKS * 1250:
            with pytest.raises(call_errors.PluginCallFailed):
                quick.tell(handler)
        assert _resident_kib() - before < 32 * 1024
