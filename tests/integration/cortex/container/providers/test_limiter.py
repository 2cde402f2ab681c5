# SPDX-License-Identifier: Apache-2.0
"""One bucket for all processes, to the token; places of the killed come back; Valkey gone and back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis
from pytest_django.fixtures import Settings

from cortex.container.providers import valkey as way
from cortex.container.providers.buckets import LocalBuckets, RateLimiter, bucket_key
from cortex.container.providers.errors import (
    CallsMustBeFewAtATime,
    CallsMustComeSlower,
    LimiterMustBeReachable,
)
from cortex.container.providers.gate import Gate, Outcome, key_of
from cortex.embedded import processes, valkey
from cortex.embedded.valkey import ValkeyServer
from tests.integration.cortex.container.providers.provided import LIMITS, ScriptedOracle, answers, registered
from tools.checks.tracked import ROOT

PROCESSES = 4
# What a token is to the script.
UNITS = 60_000_000


def started(server: ValkeyServer, *arguments: object) -> "subprocess.Popen[str]":
    command = [
        sys.executable,
        "-m",
        "tests.integration.cortex.container.providers.hammer",
        *map(str, arguments),
    ]
    environment = {**os.environ, "REDIS_URL": server.url()}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def ready(server: ValkeyServer, name: str, *, per_minute: int, burst: int) -> "list[subprocess.Popen[str]]":
    """Return hammers that wait for the word."""
    hammers = [started(server, "take", name, per_minute, burst, 1.5) for _ in range(PROCESSES)]
    for hammer in hammers:
        assert hammer.stdout is not None
        assert hammer.stdout.readline() == "ready\n"
    return hammers


def hammered(hammers: "list[subprocess.Popen[str]]") -> int:
    """Give the word and return how many tokens all of them got."""
    for hammer in hammers:
        assert hammer.stdin is not None
        hammer.stdin.write("go\n")
        hammer.stdin.flush()
    return sum(int(hammer.communicate(timeout=60)[0]) for hammer in hammers)


@pytest.fixture
def client(valkey: ValkeyServer) -> "Iterator[redis.Redis]":
    with redis.Redis.from_url(valkey.url()) as client:
        yield client


class TestBucket:
    @pytest.mark.slow
    def test_gives_several_processes_exactly_what_it_holds(self, valkey: ValkeyServer) -> None:
        """One token a minute: none comes while they hammer."""
        assert hammered(ready(valkey, "exact", per_minute=1, burst=777)) == 777

    @pytest.mark.slow
    def test_gives_several_processes_exactly_what_comes_in_as_well(
        self, valkey: ValkeyServer, client: "redis.Redis"
    ) -> None:
        """An empty bucket fills from an instant on; what was taken and what is left is all that came."""
        per_minute, key = 36_000, bucket_key("filling", "everybody")
        hammers = ready(valkey, "filling", per_minute=per_minute, burst=6_000)
        seconds, microseconds = client.time()
        begins_at = seconds * 1_000_000 + microseconds
        client.hset(key, mapping={"units": 0, "at": begins_at})
        got = hammered(hammers)
        units, at = map(int, client.hmget(key, "units", "at"))
        assert got * UNITS + units == (at - begins_at) * per_minute
        assert got >= 600

    def test_is_told_by_the_servers_clock_and_expires_when_it_is_full(
        self, valkey: ValkeyServer, client: "redis.Redis"
    ) -> None:
        limiter = RateLimiter(name="expiring", per_minute=6_000, burst=10)
        assert limiter.take(caller="alice").tokens_left == 9
        key = bucket_key("expiring", "alice")
        seconds, microseconds = client.time()
        assert abs(int(client.hget(key, "at") or 0) - (seconds * 1_000_000 + microseconds)) < 1_000_000
        assert 0 < client.pttl(key) <= 1_100
        time.sleep(1.2)
        assert not client.exists(key)
        assert limiter.take(caller="alice").tokens_left == 9

    def test_says_when_the_next_token_comes(self, valkey: ValkeyServer) -> None:
        limiter = RateLimiter(name="waiting", per_minute=4, burst=1)
        limiter.take(caller="alice")
        refused = limiter.take(caller="alice")
        assert (refused.is_allowed, refused.tokens_left, refused.retry_after_seconds) == (False, 0, 15)
        assert limiter.take(caller="bob").is_allowed


class TestPlaces:
    def test_of_killed_holders_come_back_when_their_leases_end(self, valkey: ValkeyServer) -> None:
        gate = Gate(name="held", limits=LIMITS.model_copy(update={"calls_in_flight_max": 2}))
        holders = [started(valkey, "hold", "held", 2) for _ in range(2)]
        for holder in holders:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "entered\n"
        with pytest.raises(CallsMustBeFewAtATime, match="got 3"):
            gate.enter(caller="late")
        for holder in holders:
            holder.send_signal(signal.SIGKILL)
            holder.communicate(timeout=10)
        assert processes.wait_until(lambda: enters(gate), seconds=5)


def enters(gate: Gate) -> bool:
    try:
        gate.enter(caller="late")
    except CallsMustBeFewAtATime:
        return False
    return True


class TestWithoutValkey:
    @pytest.fixture
    def own(self, tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[ValkeyServer]:
        """Return a server that a test may kill and start again."""
        from tests.integration.cortex.events.brokers import own_valkey

        with own_valkey(tmp_path_factory.mktemp("killed") / "state") as server:
            settings.REDIS_URL = server.url()
            yield server

    def test_calls_are_counted_here_until_it_is_back(
        self, own: ValkeyServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(way, "PAUSE_SECONDS", 0.1)
        entry = registered(ScriptedOracle(answers), name="alone", calls_per_minute=1, burst=2)
        entry.adapter.ask(question="")
        kill(own)
        for _ in range(2):
            entry.adapter.ask(question="")
        with pytest.raises(CallsMustComeSlower):
            entry.adapter.ask(question="")
        valkey.ensure_running(own.locations.base)
        time.sleep(0.15)
        # The bucket that all share was kept on disk: one of its two tokens is left.
        entry.adapter.ask(question="")
        with redis.Redis.from_url(own.url()) as client:
            assert client.exists(key_of("oracle/alone", "breakers"))

    def test_providers_that_must_be_counted_are_not_called(
        self, own: ValkeyServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(way, "PAUSE_SECONDS", 0.1)
        entry = registered(oracle := ScriptedOracle(answers), without_valkey="refuse")
        kill(own)
        with pytest.raises(LimiterMustBeReachable) as refused:
            entry.adapter.ask(question="")
        assert (refused.value.status, refused.value.retry_after_seconds, oracle.calls) == (503, 1, 0)
        valkey.ensure_running(own.locations.base)
        time.sleep(0.15)
        entry.adapter.ask(question="")
        assert oracle.calls == 1

    def test_a_server_that_hangs_costs_little(self, own: ValkeyServer) -> None:
        entry = registered(ScriptedOracle(answers))
        entry.adapter.ask(question="")
        with redis.Redis.from_url(own.url()) as client:
            pid = client.info("server")["process_id"]
        os.kill(pid, signal.SIGSTOP)
        try:
            started = time.monotonic()
            for _ in range(50):
                entry.adapter.ask(question="")
            assert time.monotonic() - started < 1.5
        finally:
            os.kill(pid, signal.SIGCONT)


def kill(server: ValkeyServer) -> None:
    with redis.Redis.from_url(server.url()) as client:
        pid = client.info("server")["process_id"]
        client.config_set("appendfsync", "always")
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not Path(f"/proc/{pid}").exists() or is_dead(pid), seconds=10)


def is_dead(pid: int) -> bool:
    """Tell a process that was killed and waits for its parent, which is this one."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    return not processes.command_line(pid=pid)


class TestGateWithoutValkey:
    def test_takes_no_token_for_a_call_that_finds_no_place(self) -> None:
        limits = LIMITS.model_copy(update={"calls_per_minute": 1, "burst": 2, "calls_in_flight_max": 1})
        nobody = way.LimiterValkey("redis://127.0.0.1:1")
        gate = Gate(name="crowded", limits=limits, valkey=lambda: nobody)
        first = gate.enter(caller="alice")
        with pytest.raises(CallsMustBeFewAtATime):
            gate.enter(caller="alice")
        gate.leave(first, Outcome(is_answered=True, seconds=0, is_late=False, breaker="closed"))
        gate.enter(caller="alice")


class TestLocalBuckets:
    def test_hold_a_burst_for_each_caller(self) -> None:
        buckets = LocalBuckets(per_minute=1, burst=3)
        assert [buckets.take("alice").is_allowed for _ in range(4)] == [True, True, True, False]
        assert buckets.take("alice").retry_after_seconds == 60
        assert buckets.take("bob").tokens_left == 2

    def test_forget_who_came_longest_ago(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("cortex.container.providers.buckets.CALLERS_MAX", 2)
        buckets = LocalBuckets(per_minute=1, burst=1)
        for caller in ("alice", "bob", "charlie"):
            assert buckets.take(caller).is_allowed
        assert not buckets.take("charlie").is_allowed
        assert buckets.take("alice").is_allowed
