# SPDX-License-Identifier: Apache-2.0
"""Hooks that append `phase name pid` to the file of HOOKS_RECORD; HOOKS_MODE makes one fail or hang."""

import os
import time

from cortex.boot.lifecycle import hook

MODE = os.environ.get("HOOKS_MODE", "")


def record(what: str) -> None:
    descriptor = os.open(os.environ["HOOKS_RECORD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, f"{what} {os.getpid()}\n".encode())
    os.close(descriptor)


@hook("on_boot", name="recording.books")
def open_books() -> None:
    record("up books")


@hook("on_shutdown", name="recording.books")
def close_books() -> None:
    record("down books")


@hook("on_boot", name="recording.post", after=["recording.books"], timeout_seconds=0.5)
def post() -> None:
    if MODE == "fail":
        raise ValueError("no ink")
    if MODE == "hang":
        time.sleep(30)


@hook("on_ready", name="recording.wire", after=["recording.alarm"])
def wire() -> None:
    record("up wire")


@hook("on_shutdown", name="recording.wire")
def cut_wire() -> None:
    record("down wire")


@hook("on_ready", name="recording.alarm")
def arm() -> None:
    record("up alarm")


@hook("on_shutdown", name="recording.alarm", timeout_seconds=0.5)
def disarm() -> None:
    record("down alarm")
    if MODE == "hang_down":
        time.sleep(30)
