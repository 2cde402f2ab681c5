# SPDX-License-Identifier: Apache-2.0
"""The bus on Valkey or Redis: a stream for each lane, a consumer group for each subscriber.

What the server confirms it keeps as its append-only file does (`appendfsync`): a killed server loses
nothing, a machine that loses power may lose the last second, which `cortex events replay` brings back.
"""

import os
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import redis
from redis.exceptions import RedisError, ResponseError

from cortex.events.bus import Message, Received, unreachable
from cortex.events.lanes import EVERY_LANE
from cortex.ids import uuid7

PREFIX = "cortex:events"
LOG = f"{PREFIX}:log"
_FIELD = b"envelope"
_NAME = "Redis Streams"
# A consumer that asked for nothing this long belongs to a process that is gone.
FORGOTTEN_AFTER_MS = 60 * 60 * 1000


class RedisStreamsBus:
    """Streams `cortex:events:<lane>`; a consumer is named by machine and process."""

    def __init__(self, url: str) -> None:
        self._client: Any = redis.Redis.from_url(url, socket_timeout=10, socket_connect_timeout=5)
        self._consumer = f"{socket.gethostname()}-{os.getpid()}"

    def log_id(self) -> str | None:
        """Return what was written down beside the streams when they were made."""
        with _confirmed():
            found = self._client.get(LOG)
        return None if found is None else str(found.decode())

    def create_log(self) -> str:
        """Make the streams, and then write their log's name down, unless it is there."""
        with _confirmed(), self._client.pipeline(transaction=False) as pipeline:
            for lane in EVERY_LANE:
                # The one way to make a stream that is empty: with a group, which goes again.
                pipeline.xgroup_create(_stream(lane), LOG, id="0", mkstream=True)
                pipeline.xgroup_destroy(_stream(lane), LOG)
            pipeline.set(LOG, f"redis:{uuid7()}", nx=True)
            pipeline.get(LOG)
            return str(pipeline.execute()[-1].decode())

    def append(self, *, messages: Sequence[Message]) -> None:
        """Append in order on one connection, which the server obeys in order.

        A stream that is gone is not made anew: whoever did would hide that the log was lost.
        """
        with _confirmed(), self._client.pipeline(transaction=False) as pipeline:
            for message in messages:
                pipeline.xadd(_stream(message.lane), {_FIELD: message.envelope}, nomkstream=True)
            tokens = pipeline.execute()
        if None in tokens:
            raise unreachable(name=_NAME, error="no stream")

    @contextmanager
    def reader(self, *, subscriber: str, lane: int) -> Iterator["_Reader"]:
        """Open a lane for the group of this subscriber."""
        yield _Reader(self._client, subscriber, _stream(lane), self._consumer)

    def trim(self, *, subscribers: Iterable[str]) -> int:
        """Trim each stream at the oldest message that a group still has to read or to acknowledge."""
        names = set(subscribers)
        with _confirmed():
            return sum(self._trim(_stream(lane), names) for lane in EVERY_LANE)

    def _trim(self, stream: str, names: set[str]) -> int:
        groups = self._client.xinfo_groups(stream) if self._client.exists(stream) else []
        # A subscriber without a group has read nothing yet. Groups of others count too: an older or newer
        # release that runs beside this one knows subscribers that this one does not.
        if not names or names - {group["name"].decode() for group in groups}:
            return 0
        self._forget_consumers(stream, groups)
        watermark = min(self._oldest_needed(stream, group) for group in groups)
        return int(self._client.xtrim(stream, minid=_text(watermark), approximate=False))

    def _oldest_needed(self, stream: str, group: Mapping[str, Any]) -> tuple[int, int]:
        read_up_to = _id(group["last-delivered-id"])
        if not group["pending"]:
            return read_up_to
        return min(read_up_to, _id(self._client.xpending(stream, group["name"])["min"] or b"0-0"))

    def _forget_consumers(self, stream: str, groups: Sequence[Mapping[str, Any]]) -> None:
        for group in groups:
            for consumer in self._client.xinfo_consumers(stream, group["name"]):
                if not consumer["pending"] and consumer["idle"] > FORGOTTEN_AFTER_MS:
                    self._client.xgroup_delconsumer(stream, group["name"], consumer["name"])

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


class _Reader:
    def __init__(self, client: Any, group: str, stream: str, consumer: str) -> None:
        self._client, self._group, self._stream, self._consumer = client, group, stream, consumer

    def receive(self, *, limit: int) -> list[Received]:
        with _confirmed():
            try:
                return self._left_behind(limit) or self._fresh(limit)
            except ResponseError as error:
                if not str(error).startswith("NOGROUP"):
                    raise
                return self._fresh(limit) if self._created_group() else []

    def _left_behind(self, limit: int) -> list[Received]:
        """Take over what a consumer received and never acknowledged; the lease says that it is gone."""
        _, entries, _ = self._client.xautoclaim(
            self._stream, self._group, self._consumer, min_idle_time=0, count=limit
        )
        return _received(entries)

    def _fresh(self, limit: int) -> list[Received]:
        found = self._client.xreadgroup(self._group, self._consumer, {self._stream: ">"}, count=limit)
        if isinstance(found, dict):
            batches = [entry for listed in found.values() for entry in listed]
            return _received(batches)
        return _received([entry for _, listed in found for entry in listed])

    def _created_group(self) -> bool:
        """Make the group, and return whether there is a stream to read at all."""
        try:
            self._client.xgroup_create(self._stream, self._group, id="0")
        except ResponseError as error:
            if str(error).startswith("BUSYGROUP"):
                return True
            if self._client.exists(self._stream):
                raise
            return False
        return True

    def acknowledge(self, *, received: Sequence[Received]) -> None:
        if received:
            with _confirmed():
                self._client.xack(self._stream, self._group, *(message.token for message in received))


@contextmanager
def _confirmed() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        # The class alone: messages of connection errors may hold the URL.
        raise unreachable(name=_NAME, error=type(error).__name__) from error


def _stream(lane: int) -> str:
    return f"{PREFIX}:{lane}"


def _received(entries: Iterable[Any]) -> list[Received]:
    return [Received(token.decode(), fields[_FIELD]) for token, fields in entries]


def _id(text: bytes) -> tuple[int, int]:
    """Read `milliseconds-sequence`, which must be compared as numbers."""
    milliseconds, _, sequence = text.partition(b"-")
    return int(milliseconds), int(sequence)


def _text(position: tuple[int, int]) -> str:
    return f"{position[0]}-{position[1]}"
