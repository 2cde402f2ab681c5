# SPDX-License-Identifier: Apache-2.0
"""The bus on Kafka: one topic, a partition for each lane, offsets committed by hand for each subscriber.

Which process reads a partition is decided by the leases in the database, not by Kafka's group membership:
tasks come and go in milliseconds, and a group would spend its time rebalancing. Only `new_bus` imports
this module, where Kafka is the bus: nobody else pays for the library.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, NewTopic  # type: ignore[attr-defined]

from cortex.events.bus import Message, Reader, Received, unreachable
from cortex.events.lanes import LANES

_NAME = "Kafka"
CONFIRM_SECONDS_MAX = 10.0
# The first answer of a fresh connection; then the end of the partition is told as soon as it is reached.
FIRST_SECONDS_MAX = 5.0
NEXT_SECONDS_MAX = 0.05


class KafkaBus:
    """Topic `topic` on the brokers of `options["bootstrap.servers"]`; `options` may add security settings."""

    def __init__(self, *, options: Mapping[str, str], topic: str, replication: int = 1) -> None:
        self._options = {**options, "log_level": "2"}
        self._topic, self._replication = topic, replication
        self._producer: Producer | None = None
        self._idle: dict[str, list[Consumer]] = {}
        self._admin: AdminClient | None = None

    def log_id(self) -> str | None:
        """Return the topic's id, which a topic of the same name that is made later does not have."""
        try:
            asked = self._admin_client().describe_topics(TopicCollection([self._topic]), request_timeout=5)
            found = asked[self._topic].result(10)
        except KafkaException as error:
            if error.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
                return None
            raise unreachable(name=_NAME, error=error.args[0].name()) from error
        # One that a broker made by itself, with as many partitions as it likes, is not ours.
        return f"kafka:{self._topic}:{found.topic_id}" if len(found.partitions) == LANES else None

    def create_log(self) -> str:
        """Make the topic with its partitions unless it is there."""
        deadline = time.monotonic() + CONFIRM_SECONDS_MAX
        while (log_id := self.log_id()) is None:
            if time.monotonic() > deadline:
                raise unreachable(name=_NAME, error="no topic")
            self._create_topic()
        return log_id

    def _create_topic(self) -> None:
        topic = NewTopic(self._topic, num_partitions=LANES, replication_factor=self._replication)
        admin = self._admin_client()
        try:
            admin.create_topics([topic], operation_timeout=5, request_timeout=5)[self._topic].result(10)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise unreachable(name=_NAME, error=error.args[0].name()) from error
            if self.log_id() is None:
                admin.delete_topics([self._topic], operation_timeout=5)[self._topic].result(10)
            time.sleep(NEXT_SECONDS_MAX)

    def _admin_client(self) -> AdminClient:
        self._admin = self._admin or AdminClient({**self._options, "socket.timeout.ms": 5000})
        return self._admin

    def append(self, *, messages: Sequence[Message]) -> None:
        """Append in order; the idempotent producer keeps it through its own retries."""
        failures: list[str] = []
        try:
            producer = self._producer = self._producer or self._new_producer()
            for message in messages:
                producer.produce(
                    self._topic,
                    key=message.key,
                    value=message.envelope,
                    partition=message.lane,
                    on_delivery=lambda error, _: failures.append(error.name()) if error else None,
                )
                producer.poll(0)
            waiting = producer.flush(CONFIRM_SECONDS_MAX)
        except (KafkaException, BufferError) as error:
            self._discard_producer()
            raise unreachable(name=_NAME, error=type(error).__name__) from error
        if waiting or failures:
            reason = failures[0] if failures else f"{waiting} unconfirmed"
            self._discard_producer()
            raise unreachable(name=_NAME, error=reason)

    def _new_producer(self) -> Producer:
        # Without a timeout of its own a message never fails alone: a later one cannot overtake it.
        return Producer(
            {
                **self._options,
                "acks": "all",
                "enable.idempotence": True,
                "message.timeout.ms": 0,
                "topic.metadata.propagation.max.ms": 2000,
                "linger.ms": 2,
            }
        )

    def _discard_producer(self) -> None:
        """Drop whatever the producer still holds, so that it is not sent after its successor's messages."""
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.purge()
            producer.flush(0)

    @contextmanager
    def reader(self, *, subscriber: str, lane: int) -> Iterator[Reader]:
        """Open a partition at the subscriber's committed offset; without a log there is nothing to read."""
        log_id = self.log_id()
        if log_id is None:
            yield _NothingToRead()
            return
        # The log's name is in the group's: a place in a log that is lost says nothing about its successor.
        group = f"{self._topic}.{subscriber}.{log_id}"
        idle = self._idle.setdefault(group, [])
        consumer = idle.pop() if idle else self._new_consumer(group)
        try:
            with _confirmed():
                reader = _Reader(consumer, self._topic, lane)
            yield reader
            with _confirmed():
                consumer.unassign()
        except BaseException:
            consumer.close()
            raise
        idle.append(consumer)

    def _new_consumer(self, group: str) -> Consumer:
        return Consumer(
            {
                **self._options,
                "group.id": group,
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "earliest",
                "enable.partition.eof": True,
                "fetch.wait.max.ms": 20,
                "session.timeout.ms": 6000,
                "max.poll.interval.ms": 10000,
            }
        )

    def trim(self, *, subscribers: Iterable[str]) -> int:
        """Leave it to the topic's retention, which the operator sets beyond the longest outage."""
        return 0

    def close(self) -> None:
        """Close consumers and producer."""
        self._discard_producer()
        for consumers in self._idle.values():
            while consumers:
                consumers.pop().close()


class _NothingToRead:
    def receive(self, *, limit: int) -> list[Received]:
        return []

    def acknowledge(self, *, received: Sequence[Received]) -> None:
        """Have nothing to acknowledge."""


class _Reader:
    def __init__(self, consumer: Consumer, topic: str, lane: int) -> None:
        self._consumer, self._topic, self._lane = consumer, topic, lane
        (place,) = consumer.committed([TopicPartition(topic, lane)], timeout=FIRST_SECONDS_MAX)
        start = place.offset if place.offset >= 0 else OFFSET_BEGINNING
        consumer.assign([TopicPartition(topic, lane, start)])
        self._wait_seconds = FIRST_SECONDS_MAX

    def receive(self, *, limit: int) -> list[Received]:
        received: list[Received] = []
        while len(received) < limit:
            message = self._consumer.poll(0 if received else self._wait_seconds)
            if message is None:
                break
            error = message.error()
            if error is not None and error.code() == KafkaError._PARTITION_EOF:
                self._wait_seconds = NEXT_SECONDS_MAX
                break
            if error is not None:
                raise unreachable(name=_NAME, error=error.name())
            received.append(Received(str(message.offset()), message.value() or b""))
        return received

    def acknowledge(self, *, received: Sequence[Received]) -> None:
        if received:
            place = TopicPartition(self._topic, self._lane, int(received[-1].token) + 1)
            with _confirmed():
                self._consumer.commit(offsets=[place], asynchronous=False)


@contextmanager
def _confirmed() -> Iterator[None]:
    """Say it at once, inside the guard, which must know an answer from a broker that gave none."""
    try:
        yield
    except KafkaException as error:
        raise unreachable(name=_NAME, error=error.args[0].name()) from error
