# SPDX-License-Identifier: Apache-2.0
"""A guarded adapter is called as often, as long and as many times at once as its limits say."""

import threading
import time

import pytest
from django.db import transaction

from cortex.container.providers.callers import calling_as
from cortex.container.providers.deadlines import remaining_seconds
from cortex.container.providers.errors import (
    CallsMustBeFewAtATime,
    CallsMustComeSlower,
    CircuitMustBeClosed,
    OperationMustBeDeclared,
    ProviderMustAnswerInTime,
    ProviderMustBeRegistered,
    ProviderMustBeRegisteredOnce,
)
from cortex.container.providers.provider import Interruption
from cortex.container.providers.registry import ProviderRegistry
from cortex.embedded.valkey import ValkeyServer
from cortex.errors import NotFound
from tests.integration.cortex.container.providers.provided import (
    Oracle,
    ScriptedOracle,
    answers,
    fails,
    registered,
)

AWAY = ConnectionRefusedError("nobody there")


class TestLookup:
    def test_returns_the_newest_that_satisfies(self) -> None:
        registry = ProviderRegistry()
        entries = {
            version: registered(ScriptedOracle(answers), version=version, registry=registry)
            for version in ("1.0", "1.10", "1.9", "2.0")
        }
        capability = entries["1.0"].provider.capability
        assert registry.find(capability, versions=">=1,<2") is entries["1.10"]
        assert registry.find(capability) is entries["2.0"]
        with pytest.raises(ProviderMustBeRegistered, match=r"version >=3.0.0, got .* 2\.0\.0"):
            registry.find(capability, versions=">=3")

    def test_knows_a_name_and_version_once(self) -> None:
        registry = ProviderRegistry()
        registered(ScriptedOracle(answers), name="same", registry=registry)
        with pytest.raises(ProviderMustBeRegisteredOnce):
            registered(ScriptedOracle(answers), name="same", registry=registry)

    def test_refuses_a_port_with_an_operation_that_nobody_declared(self) -> None:
        entry = registered(ScriptedOracle(answers))
        object.__setattr__(entry.provider.capability, "operations", {"ask": True})
        with pytest.raises(OperationMustBeDeclared, match="tell stands on one side only"):
            ProviderRegistry().register(entry.provider)


class TestRate:
    def test_is_kept_for_each_caller_and_says_when_to_come_back(self, valkey: ValkeyServer) -> None:
        entry = registered(oracle := ScriptedOracle(answers), burst=3, calls_per_minute=20)
        with calling_as(principal="user:alice", company="c1"):
            for _ in range(3):
                entry.adapter.ask(question="Is it")
            with pytest.raises(CallsMustComeSlower, match="user:alice@c1") as refused:
                entry.adapter.ask(question="Is it")
        assert (refused.value.status, refused.value.retry_after_seconds) == (429, 3)
        with calling_as(principal="user:bob", company="c1"):
            assert entry.adapter.ask(question="Is it") == "Is it? Yes."
        assert oracle.calls == 4


class TestNumberOfCalls:
    def test_is_bounded(self, valkey: ValkeyServer) -> None:
        go = threading.Event()
        entry = registered(ScriptedOracle(lambda: go.wait(10)), calls_in_flight_max=2)
        threads = [threading.Thread(target=entry.adapter.tell, kwargs={"answer": ""}) for _ in range(2)]
        for thread in threads:
            thread.start()
        wait_for_calls(entry.provider.adapter(), 2)
        with pytest.raises(CallsMustBeFewAtATime, match="at most 2 calls at a time, got 3") as refused:
            entry.adapter.tell(answer="")
        assert (refused.value.status, refused.value.retry_after_seconds) == (429, 1)
        go.set()
        for thread in threads:
            thread.join()
        entry.adapter.tell(answer="")


class TestTime:
    def test_of_a_provider_that_hangs_ends(self, valkey: ValkeyServer) -> None:
        go = threading.Event()
        entry = registered(
            ScriptedOracle(lambda: go.wait(10)),
            interruption=Interruption.THREAD,
            timeout_ms=100,
            calls_in_flight_max=2,
        )
        for _ in range(2):
            started = time.monotonic()
            with pytest.raises(ProviderMustAnswerInTime, match="within 100 ms") as late:
                entry.adapter.ask(question="Is it")
            assert 0.09 < time.monotonic() - started < 2
            assert late.value.status == 503
        # Threads that were left behind keep their places until they come back.
        with pytest.raises(CallsMustBeFewAtATime, match="2 calls of this process still wait"):
            entry.adapter.ask(question="Is it")
        go.set()

    def test_is_told_to_adapters_that_can_stop(self, valkey: ValkeyServer) -> None:
        told: list[float] = []
        oracle = ScriptedOracle(lambda: told.append(remaining_seconds(at_most=60)))
        registered(oracle, interruption=Interruption.DEADLINE, timeout_ms=500).adapter.ask(question="")
        assert 0.3 < told[0] <= 0.5

    @pytest.mark.django_db
    def test_never_takes_a_database_call_to_another_thread(self, valkey: ValkeyServer) -> None:
        oracle = ScriptedOracle(answers)
        entry = registered(oracle, interruption=Interruption.THREAD, uses_database=True)
        entry.adapter.ask(question="")
        assert oracle.threads == [threading.current_thread().name]


class TestRepetition:
    def test_helps_against_a_provider_that_was_away_for_a_moment(self, valkey: ValkeyServer) -> None:
        oracle = ScriptedOracle(fails(AWAY), fails(AWAY), answers)
        assert registered(oracle).adapter.ask(question="Is it") == "Is it? Yes."
        assert oracle.calls == 3

    def test_ends_with_the_last_attempt(self, valkey: ValkeyServer) -> None:
        oracle = ScriptedOracle(fails(AWAY))
        with pytest.raises(ConnectionRefusedError):
            registered(oracle, attempts_max=4).adapter.ask(question="Is it")
        assert oracle.calls == 4

    def test_is_for_what_may_be_repeated_only(self, valkey: ValkeyServer) -> None:
        oracle = ScriptedOracle(fails(AWAY))
        with pytest.raises(ConnectionRefusedError):
            registered(oracle).adapter.tell(answer="Yes")
        assert oracle.calls == 1

    def test_is_for_providers_that_were_not_reached_only(self, valkey: ValkeyServer) -> None:
        oracle = ScriptedOracle(fails(NotFound("no such question")))
        with pytest.raises(NotFound):
            registered(oracle).adapter.ask(question="Is it")
        assert oracle.calls == 1

    def test_stops_where_the_next_attempt_would_come_too_late(self, valkey: ValkeyServer) -> None:
        oracle = ScriptedOracle(fails(AWAY))
        started = time.monotonic()
        with pytest.raises(ConnectionRefusedError):
            registered(oracle, attempts_max=10, backoff_ms=60_000, timeout_ms=300).adapter.ask(question="")
        assert time.monotonic() - started < 2

    @pytest.mark.django_db
    def test_never_happens_inside_a_transaction_that_an_error_has_ended(self, valkey: ValkeyServer) -> None:
        oracle = ScriptedOracle(fails(AWAY))
        with transaction.atomic(), pytest.raises(ConnectionRefusedError):
            registered(oracle, uses_database=True).adapter.ask(question="")
        assert oracle.calls == 1


class TestCircuit:
    def test_opens_lets_one_call_try_and_closes(self, valkey: ValkeyServer) -> None:
        oracle = ScriptedOracle(*[fails(AWAY)] * 3, answers)
        entry = registered(oracle, failures_before_open=2, open_seconds=1, attempts_max=1)
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                entry.adapter.ask(question="")
        self.expect_open(entry.adapter)
        time.sleep(1.05)
        assert entry.guard.breaker.state == "half-open"
        with pytest.raises(ConnectionRefusedError):
            entry.adapter.ask(question="")
        self.expect_open(entry.adapter)
        time.sleep(1.05)
        assert entry.adapter.ask(question="Is it") == "Is it? Yes."
        assert (entry.guard.breaker.state, oracle.calls) == ("closed", 4)

    @staticmethod
    def expect_open(adapter: Oracle) -> None:
        with pytest.raises(CircuitMustBeClosed) as refused:
            adapter.ask(question="")
        assert (refused.value.status, refused.value.retry_after_seconds) == (503, 1)

    def test_lets_nobody_through_beside_the_call_that_tries(self, valkey: ValkeyServer) -> None:
        go = threading.Event()
        oracle = ScriptedOracle(fails(AWAY), lambda: go.wait(10), answers)
        entry = registered(oracle, failures_before_open=1, open_seconds=1, attempts_max=1)
        with pytest.raises(ConnectionRefusedError):
            entry.adapter.ask(question="")
        time.sleep(1.05)
        probe = threading.Thread(target=entry.adapter.tell, kwargs={"answer": ""})
        probe.start()
        wait_for_calls(oracle, 2)
        self.expect_open(entry.adapter)
        go.set()
        probe.join()
        entry.adapter.ask(question="")
        assert oracle.calls == 3

    def test_stays_closed_for_answers_that_refuse(self, valkey: ValkeyServer) -> None:
        oracle = ScriptedOracle(fails(NotFound("no such question")))
        entry = registered(oracle, failures_before_open=1)
        for _ in range(3):
            with pytest.raises(NotFound):
                entry.adapter.ask(question="")
        assert entry.guard.breaker.state == "closed"

    def test_counts_failures_in_a_row(self, valkey: ValkeyServer) -> None:
        oracle = ScriptedOracle(*[fails(AWAY), answers] * 3, answers)
        entry = registered(oracle, failures_before_open=2, attempts_max=1)
        for _ in range(3):
            with pytest.raises(ConnectionRefusedError):
                entry.adapter.ask(question="")
            entry.adapter.ask(question="")
        assert entry.guard.breaker.state == "closed"

    def test_does_not_let_a_slow_call_hold_up_another(self, valkey: ValkeyServer) -> None:
        go = threading.Event()
        oracle = ScriptedOracle(lambda: go.wait(10), answers)
        entry = registered(oracle)
        slow = threading.Thread(target=entry.adapter.tell, kwargs={"answer": ""})
        slow.start()
        wait_for_calls(oracle, 1)
        assert entry.adapter.ask(question="Is it") == "Is it? Yes."
        go.set()
        slow.join()


def wait_for_calls(oracle: Oracle, calls: int) -> None:
    assert isinstance(oracle, ScriptedOracle)
    deadline = time.monotonic() + 5
    while oracle.calls < calls:
        assert time.monotonic() < deadline
        time.sleep(0.005)
