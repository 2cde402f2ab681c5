# SPDX-License-Identifier: Apache-2.0
import re
from collections.abc import Iterator

from django.urls import get_resolver

from cortex.errors import Conflict, CortexError, Malformed, NotFound


def all_errors(root: type[CortexError] = CortexError) -> Iterator[type[CortexError]]:
    """Yield every error of our own that is loaded: apps by Django, what stands behind a door by its URLs."""
    for error in root.__subclasses__():
        yield error
        yield from all_errors(error)


def of_the_program() -> list[type[CortexError]]:
    assert get_resolver().url_patterns
    return [error for error in all_errors() if error.__module__.startswith(("apps.", "cortex."))]


class TestErrorCodes:
    def test_state_a_rule_under_their_context(self) -> None:
        shape = re.compile(r"[a-z0-9_]+\.[a-z0-9]+(_[a-z0-9]+)+")
        assert [error for error in of_the_program() if not shape.fullmatch(error.code)] == []

    def test_belong_to_one_cause_each(self) -> None:
        # A subclass without a code of its own is the same cause, answered with another status.
        roots = {CortexError, NotFound, Malformed, Conflict}
        codes = [error.code for error in of_the_program() if error not in roots and "code" in vars(error)]
        assert sorted(codes) == sorted(set(codes))

    def test_come_with_a_status_that_refuses(self) -> None:
        assert {error.status for error in of_the_program() if not 400 <= error.status <= 599} == set()


class TestCortexError:
    def test_keeps_message_and_a_copy_of_the_evidence(self) -> None:
        evidence = {"object": "entry", "got": 1}
        error = CortexError("Entry: expected 2, got 1.", evidence=evidence)
        evidence["got"] = 2
        assert (str(error), error.message, error.evidence) == (
            "Entry: expected 2, got 1.",
            "Entry: expected 2, got 1.",
            {"object": "entry", "got": 1},
        )

    def test_needs_no_evidence(self) -> None:
        assert CortexError("Request: not possible.").evidence == {}
