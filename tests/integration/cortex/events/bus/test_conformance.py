# SPDX-License-Identifier: Apache-2.0
"""What every bus must do, asked of all three: memory, Redis Streams and a Kafka-protocol broker."""

import threading

from cortex.events.bus import Bus, Message
from cortex.ids import uuid7

LANE, OTHER_LANE = 3, 4


def messages(*texts: str, lane: int = LANE) -> list[Message]:
    key = str(uuid7())
    return [Message(lane, key, text.encode()) for text in texts]


def read(bus: Bus, *, subscriber: str = "ledger", lane: int = LANE, limit: int = 100) -> list[str]:
    """Return what the subscriber gets, and acknowledge it."""
    with bus.reader(subscriber=subscriber, lane=lane) as reader:
        received = reader.receive(limit=limit)
        reader.acknowledge(received=received)
    return [message.envelope.decode() for message in received]


class TestLog:
    def test_keeps_its_name(self, bus: Bus) -> None:
        name = bus.log_id()
        assert name
        assert bus.create_log() == name
        bus.append(messages=messages("a"))
        assert bus.log_id() == name

    def test_that_is_made_already_keeps_its_messages(self, bus: Bus) -> None:
        bus.append(messages=messages("a"))
        bus.create_log()
        assert read(bus) == ["a"]


class TestOrder:
    def test_is_that_of_appending(self, bus: Bus) -> None:
        texts = [str(number) for number in range(1000)]
        bus.append(messages=messages(*texts[:400]))
        bus.append(messages=messages(*texts[400:]))
        assert [text for _ in range(10) for text in read(bus)] == texts

    def test_is_kept_in_each_lane_by_itself(self, bus: Bus) -> None:
        bus.append(messages=[*messages("a", "b"), *messages("x", "y", lane=OTHER_LANE), *messages("c")])
        assert read(bus) == ["a", "b", "c"]
        assert read(bus, lane=OTHER_LANE) == ["x", "y"]

    def test_survives_several_writers_in_lanes_of_their_own(self, bus: Bus) -> None:
        texts = [str(number) for number in range(50)]

        def write(lane: int) -> None:
            for text in texts:
                bus.append(messages=messages(text, lane=lane))

        threads = [threading.Thread(target=write, args=(lane,)) for lane in (LANE, OTHER_LANE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        assert read(bus) == read(bus, lane=OTHER_LANE) == texts


class TestReading:
    def test_an_empty_lane_gives_nothing(self, bus: Bus) -> None:
        assert read(bus) == []

    def test_gives_at_most_the_limit(self, bus: Bus) -> None:
        bus.append(messages=messages("a", "b", "c"))
        assert read(bus, limit=2) == ["a", "b"]
        assert read(bus, limit=2) == ["c"]

    def test_goes_on_in_one_reader_until_the_end(self, bus: Bus) -> None:
        bus.append(messages=messages("a", "b", "c"))
        with bus.reader(subscriber="ledger", lane=LANE) as reader:
            seen = []
            while received := reader.receive(limit=1):
                seen.extend(message.envelope for message in received)
                reader.acknowledge(received=received)
            bus.append(messages=messages("d"))
            late = reader.receive(limit=1) or reader.receive(limit=1)
        assert seen == [b"a", b"b", b"c"]
        assert [message.envelope for message in late] == [b"d"]

    def test_gives_each_subscriber_everything(self, bus: Bus) -> None:
        bus.append(messages=messages("a", "b"))
        assert read(bus, subscriber="ledger") == read(bus, subscriber="webhooks") == ["a", "b"]

    def test_keeps_the_bytes(self, bus: Bus) -> None:
        envelope = bytes(range(256)) * 1024
        bus.append(messages=[Message(LANE, str(uuid7()), envelope)])
        with bus.reader(subscriber="ledger", lane=LANE) as reader:
            assert [message.envelope for message in reader.receive(limit=1)] == [envelope]


class TestAcknowledging:
    def test_what_was_not_acknowledged_comes_again_first(self, bus: Bus) -> None:
        bus.append(messages=messages("a", "b", "c"))
        with bus.reader(subscriber="ledger", lane=LANE) as reader:
            received = reader.receive(limit=2)
            reader.acknowledge(received=received[:1])
        assert read(bus, limit=1) == ["b"]
        assert read(bus) == ["c"]

    def test_of_nothing_changes_nothing(self, bus: Bus) -> None:
        bus.append(messages=messages("a"))
        with bus.reader(subscriber="ledger", lane=LANE) as reader:
            reader.acknowledge(received=[])
        assert read(bus) == ["a"]


class TestTrimming:
    def test_never_takes_what_a_subscriber_still_needs(self, bus: Bus) -> None:
        bus.append(messages=messages("a", "b", "c"))
        read(bus, subscriber="ledger")
        read(bus, subscriber="webhooks", limit=1)
        bus.trim(subscribers=["ledger", "webhooks"])
        assert read(bus, subscriber="webhooks") == ["b", "c"]

    def test_waits_for_a_subscriber_that_never_read(self, bus: Bus) -> None:
        bus.append(messages=messages("a"))
        read(bus, subscriber="ledger")
        bus.trim(subscribers=["ledger", "webhooks"])
        assert read(bus, subscriber="webhooks") == ["a"]

    def test_takes_nothing_when_nobody_subscribes(self, bus: Bus) -> None:
        bus.append(messages=messages("a"))
        assert bus.trim(subscribers=[]) == 0
        assert read(bus) == ["a"]
