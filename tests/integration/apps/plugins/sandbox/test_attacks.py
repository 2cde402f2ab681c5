# SPDX-License-Identifier: Apache-2.0
"""Each attack ends with the error that names it, and the plugin answers the next call."""

import time

import pytest

from apps.plugins.domain import call_errors
from tests.factories.hostile import Hostile

pytestmark = pytest.mark.slow

IN_TIME = call_errors.CallMustEndInTime
WITHIN_FUEL = call_errors.CallMustStayWithinFuel
NO_TRAP = call_errors.CallMustNotTrap
FAILED = call_errors.PluginMustSucceed
FITS = call_errors.AnswerMustFit
WELL_FORMED = call_errors.AnswerMustBeWellFormed
NO_FLOOD = call_errors.HostMustNotBeFlooded
GRANTED = call_errors.InterfaceMustBeGranted


def _stopped(hostile: Hostile, handler: str) -> call_errors.PluginCallFailed:
    with pytest.raises(call_errors.PluginCallFailed) as refused:
        hostile.tell(handler)
    assert hostile.tell("echo", "still there").answer == "still there"
    return refused.value


class TestTime:
    @pytest.mark.parametrize(
        "handler",
        [
            "loop",
            "power",
            "backtracking",
            "raising_loop",
            "catching_loop",
            "choosing",
            "busy_wait",
            "memory_of_integer",
        ],
    )
    def test_what_calculates_without_end_runs_out_of_fuel(self, hostile: Hostile, handler: str) -> None:
        frugal = hostile.within(fuel=200_000_000, milliseconds=30_000)
        assert type(_stopped(frugal, handler)) is WITHIN_FUEL

    @pytest.mark.parametrize("handler", ["loop", "power", "backtracking", "catching_loop"])
    def test_what_has_fuel_meets_the_clock(self, hostile: Hostile, handler: str) -> None:
        hasty = hostile.within(fuel=10**13, milliseconds=100)
        with pytest.raises(IN_TIME) as refused:
            hasty.tell(handler)
        assert refused.value.message.startswith("The plugin did not end in time")

    def test_sleep_does_not_sleep(self, hostile: Hostile) -> None:
        began_at = time.monotonic()
        with pytest.raises(GRANTED):
            hostile.within(milliseconds=20_000).tell("sleep")
        assert time.monotonic() - began_at < 15


class TestMemoryAndStack:
    @pytest.mark.parametrize("handler", ["memory", "memory_at_once", "memory_of_text"])
    def test_memory_ends_at_its_bound(self, hostile: Hostile, handler: str) -> None:
        error = _stopped(hostile, handler)
        assert type(error) in (FAILED, NO_TRAP)
        assert "MemoryError" in error.message or "unreachable" in error.message

    def test_a_plugin_may_catch_it_and_go_on(self, hostile: Hostile) -> None:
        assert hostile.tell("memory_caught").answer == "caught"

    @pytest.mark.parametrize(
        "handler", ["recursion", "deep_recursion", "recursion_in_c", "recursion_of_parser"]
    )
    def test_the_stack_ends_at_its_bound(self, hostile: Hostile, handler: str) -> None:
        error = _stopped(hostile, handler)
        assert type(error) in (FAILED, NO_TRAP)
        assert "RecursionError" in error.message or "stack" in error.message or "unreachable" in error.message


class TestAnswers:
    def test_a_large_answer_is_not_taken(self, hostile: Hostile) -> None:
        assert type(_stopped(hostile, "large_answer")) is FITS

    @pytest.mark.parametrize(
        "handler",
        [
            "raw_no_json",
            "raw_list",
            "raw_more_members",
            "raw_both",
            "raw_empty_reason",
            "raw_reason_is_object",
            "raw_not_a_number",
            "raw_deep",
        ],
    )
    def test_an_answer_beyond_the_contract_is_not_taken(self, hostile: Hostile, handler: str) -> None:
        assert type(_stopped(hostile.within(output_bytes=1 << 20), handler)) is WELL_FORMED

    def test_an_error_of_megabytes_is_cut(self, hostile: Hostile) -> None:
        error = _stopped(hostile.within(fuel=10**10), "raw_error_of_megabytes")
        assert type(error) is FAILED
        assert len(error.message) < 1_000

    def test_an_error_of_another_shape_is_shown_as_it_is(self, hostile: Hostile) -> None:
        assert _stopped(hostile, "raw_error_is_list").message == "The plugin failed: Err: [1]."

    @pytest.mark.parametrize("handler", ["raw_surrogate", "unserialisable"])
    def test_what_is_no_text_stops_the_plugin_alone(self, hostile: Hostile, handler: str) -> None:
        assert type(_stopped(hostile, handler)) in (FAILED, NO_TRAP)

    def test_a_name_that_is_no_handler_is_told(self, hostile: Hostile) -> None:
        for name in ("__class__", "hаndler", "", "../echo"):  # noqa: RUF001 - a Cyrillic letter
            assert type(_stopped(hostile, name)) is FAILED


class TestTheHost:
    @pytest.mark.parametrize("handler", ["flood_of_calls", "flood_of_lines", "flood_caught"])
    def test_a_flood_of_calls_is_stopped_even_where_it_is_caught(
        self, hostile: Hostile, handler: str
    ) -> None:
        assert type(_stopped(hostile, handler)) is NO_FLOOD

    @pytest.mark.parametrize("handler", ["large_line", "large_request"])
    def test_a_flood_of_bytes_is_stopped(self, hostile: Hostile, handler: str) -> None:
        assert type(_stopped(hostile.within(fuel=10**10), handler)) is NO_FLOOD

    @pytest.mark.parametrize("handler", ["store_without_grant", "events_without_grant"])
    def test_an_interface_that_was_not_granted_is_not_linked(self, hostile: Hostile, handler: str) -> None:
        assert type(_stopped(hostile, handler)) is GRANTED

    @pytest.mark.parametrize(
        ("handler", "code"),
        [
            ("other_field", "plugins.capability_must_be_granted"),
            ("other_entity", "plugins.capability_must_be_granted"),
            ("condition_on_other_field", "plugins.capability_must_be_granted"),
            ("malformed_request", "plugins.host_request_must_be_well_formed"),
            ("deep_request", "plugins.host_request_must_be_well_formed"),
            ("overflowing_request", "plugins.host_request_must_be_well_formed"),
            ("request_of_lists", "plugins.host_request_must_be_well_formed"),
            ("request_of_many_values", "plugins.host_request_must_be_well_formed"),
        ],
    )
    def test_what_was_not_granted_is_refused_to_the_plugin(
        self, hostile: Hostile, handler: str, code: str
    ) -> None:
        assert hostile.tell(handler).answer == code

    def test_a_line_stays_one_line(self, hostile: Hostile) -> None:
        assert hostile.tell("forged_line").log == (("info", r"fine\n2026-01-01 error: forged \x1b[2J\u202e"),)


class TestTheMachine:
    @pytest.mark.parametrize(
        "handler",
        [
            "read_file",
            "read_relative_file",
            "write_file",
            "open_descriptor",
            "read_descriptor",
            "read_standard_input",
            "list_directory",
            "connect",
            "datagram",
            "listen",
            "resolve",
            "spawn",
            "system",
            "fork",
            "thread",
            "kill",
            "leave",
            "leave_at_once",
            "abort",
            "late_import",
        ],
    )
    def test_nothing_of_it_can_be_reached(self, hostile: Hostile, handler: str) -> None:
        assert type(_stopped(hostile, handler)) in (FAILED, NO_TRAP, GRANTED)

    def test_modules_that_reach_out_are_absent(self, hostile: Hostile) -> None:
        absent = {"ctypes", "mmap", "ssl", "bz2", "lzma", "_posixshmem", "fcntl", "pwd"}
        assert absent <= set(hostile.tell("absent").answer)

    def test_there_is_no_environment(self, hostile: Hostile) -> None:
        assert hostile.tell("environment").answer == [{}, []]


class TestBetweenCalls:
    def test_nothing_is_remembered(self, hostile: Hostile) -> None:
        assert [hostile.tell("remember").answer for _ in range(3)] == [1, 1, 1]

    def test_chance_is_chance(self, hostile: Hostile) -> None:
        drawn = [hostile.tell("chance").answer for _ in range(20)]
        for values in zip(*drawn, strict=True):
            assert len(set(values)) == 20

    def test_a_request_that_is_too_large_is_not_sent(self, hostile: Hostile) -> None:
        with pytest.raises(call_errors.RequestMustFit):
            hostile.within(input_bytes=1_000).tell("echo", "x" * 2_000)
