# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a text of policies, and where: line and column, for whoever is writing it.

The engine's library names the wrong token but not its place, so the text is cut into its statements and the
place is found by reading the beginning of the one that fails.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cortex.errors import CortexError
from cortex.policy.actions import declared_actions
from cortex.policy.cedar import problems_of, read_policies, schema_of
from cortex.policy.policy_text import TEXT_MAX, policies_of
from cortex.policy.schema import schema_text

PROBLEMS_MAX = 20
# A string, a comment, or the end of a statement: what stands in the first two ends nothing.
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|;')
_TOKEN = re.compile(r"unexpected token `(.+?)`", re.DOTALL)
_ID = re.compile(r'@id\s*\(\s*"([^"]*)"')
_OF_POLICY = re.compile(r"\Afor policy `[^`]*`[:,]\s*")
_QUOTED = re.compile(r'`([^`]+)`|"([^"]+)"')


@dataclass(frozen=True, slots=True)
class TextProblem:
    """One problem; line and column count from 1."""

    line: int
    column: int
    message: str
    policy_id: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One policy as it stands in the text, from its first character to its semicolon."""

    start: int
    text: str

    @property
    def policy_id(self) -> str:
        """Return the id of its annotation, or nothing."""
        found = _ID.search(self.text)
        return found[1] if found else ""


def problems_in(text: str) -> list[TextProblem]:
    """Return at most 20 problems of a text in the order of their places; none when it may be used."""
    if len(text) > TEXT_MAX:
        return [TextProblem(1, 1, f"The text has {len(text):,} characters; {TEXT_MAX:,} are the most.")]
    statements = list(statements_of(text))
    unread = [problem for each in statements for problem in _unread(text, each)]
    if unread:
        return unread[:PROBLEMS_MAX]
    try:
        policies_of(text)
    except CortexError as error:
        return [_placed(text, statements, error.message)]
    found = problems_of(text, schema_of(schema_text(declared_actions())))
    # What follows from the first problem of a policy only repeats it in other words.
    first = {each.policy_id: each.message for each in reversed(found)}
    placed = [
        _placed(text, statements, _OF_POLICY.sub("", message), policy_id=name)
        for name, message in first.items()
    ]
    return sorted(placed, key=lambda each: (each.line, each.column))[:PROBLEMS_MAX]


def statements_of(text: str) -> Iterator[Statement]:
    """Yield each statement of a text; what stands after the last semicolon is one too."""
    start = 0
    for piece in _PIECE.finditer(text):
        if piece[0] == ";":
            yield _statement(text, start, piece.end())
            start = piece.end()
    rest = _statement(text, start, len(text))
    if rest.text:
        yield rest


def _statement(text: str, start: int, end: int) -> Statement:
    while start < end:
        lead = re.compile(r"\s+|//[^\n]*").match(text, start, end)
        if lead is None:
            break
        start = lead.end()
    return Statement(start, text[start:end].rstrip())


def _unread(text: str, statement: Statement) -> Iterator[TextProblem]:
    message = _message_of(statement.text)
    if message is None:
        return
    named = _TOKEN.search(message)
    offset = _place_of(named[1], statement.text) if named else len(statement.text)
    line, column = position(text, statement.start + offset)
    yield TextProblem(line, column, f"{message[:1].upper()}{message[1:]}.", statement.policy_id)


def _place_of(token: str, statement: str) -> int:
    """Return where the token stands that cannot be read: what is before it is only unfinished."""
    for found in re.finditer(re.escape(token), statement):
        message = _message_of(statement[: found.end()])
        if message is not None and _TOKEN.search(message):
            return found.start()
    return 0


def _message_of(statement: str) -> str | None:
    try:
        read_policies(statement)
    except CortexError as error:
        return str(error.evidence["got"])
    return None


def _placed(text: str, statements: Sequence[Statement], message: str, *, policy_id: str = "") -> TextProblem:
    """Put a problem where the policy stands that it names, at the word that it quotes."""
    quoted = [one or other for one, other in _QUOTED.findall(message)]
    names = [policy_id, *quoted, *re.findall(r"[a-z][a-z0-9_.]+", message)]
    about = next((each for name in names for each in statements if name and each.policy_id == name), None)
    place = about or (statements[0] if statements else Statement(0, text))
    words = (word for word in sorted(quoted, key=len, reverse=True) if word != place.policy_id)
    offset = next((place.text.find(word) for word in words if word in place.text), 0)
    line, column = position(text, place.start + offset)
    return TextProblem(line, column, message, place.policy_id)


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of a character, each from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
