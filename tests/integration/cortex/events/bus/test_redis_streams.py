# SPDX-License-Identifier: Apache-2.0
"""What only Redis Streams do: consumers that died, watermarks, and a server that is gone."""

from pathlib import Path

import pytest
import redis

from cortex.embedded.valkey import ValkeyServer
from cortex.events.bus import BusMustBeReachable, Message
from cortex.events.bus.redis_streams import PREFIX, RedisStreamsBus

LANE = 3
STREAM = f"{PREFIX}:{LANE}"


def append(bus: RedisStreamsBus, *texts: str) -> None:
    bus.append(messages=[Message(LANE, "key", text.encode()) for text in texts])


class TestDeadConsumer:
    def test_leaves_its_messages_to_the_next_one(
        self, redis_bus: RedisStreamsBus, valkey_server: ValkeyServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        append(redis_bus, "a", "b")
        with redis_bus.reader(subscriber="ledger", lane=LANE) as reader:
            reader.receive(limit=10)
        monkeypatch.setattr("os.getpid", lambda: 4_000_000)
        successor = RedisStreamsBus(valkey_server.url())
        append(redis_bus, "c")
        with successor.reader(subscriber="ledger", lane=LANE) as reader:
            received = reader.receive(limit=10)
            assert [message.envelope for message in received] == [b"a", b"b"]
            reader.acknowledge(received=received)
            assert [message.envelope for message in reader.receive(limit=10)] == [b"c"]
        successor.close()


class TestTrimming:
    def test_frees_what_everybody_has(self, redis_bus: RedisStreamsBus, valkey_server: ValkeyServer) -> None:
        append(redis_bus, *"abcde")
        with redis_bus.reader(subscriber="ledger", lane=LANE) as reader:
            received = reader.receive(limit=4)
            reader.acknowledge(received=received[:2])
        assert redis_bus.trim(subscribers=["ledger"]) == 2
        with redis.Redis.from_url(valkey_server.url()) as client:
            assert [fields[b"envelope"] for _, fields in client.xrange(STREAM)] == [b"c", b"d", b"e"]


class TestServerThatIsGone:
    def test_is_told_without_its_address(self, tmp_path: Path) -> None:
        bus = RedisStreamsBus(f"unix://{tmp_path}/valkey.sock?db=0")
        with pytest.raises(BusMustBeReachable) as refusal:
            append(bus, "a")
        assert refusal.value.evidence["got"] == "ConnectionError"
        assert str(tmp_path) not in refusal.value.message
        bus.close()
