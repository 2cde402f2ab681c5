# SPDX-License-Identifier: Apache-2.0
"""Regular expressions of strangers: short, and none that grows exponentially with the text.

Nothing here runs them. Readers of a schema will, most of them with engines that try every way to match: a
repetition inside a repetition, or a choice inside one, makes their number exponential. Repetitions in a row
make it a power of the length, and are taken.
"""

import re
from typing import NoReturn

PATTERN_LENGTH_MAX = 500
REPEATS_MAX = 1000
_OPENING = re.compile(r"\(\?(:|=|!|<=|<!|P?<[A-Za-z_][A-Za-z0-9_]*>)")
_COUNTED = re.compile(r"\{([0-9]{1,6})(,?)([0-9]{0,6})\}")


def danger_of(pattern: str) -> str | None:
    """Return why the pattern is refused, or None."""
    if len(pattern) > PATTERN_LENGTH_MAX:
        return f"expected at most {PATTERN_LENGTH_MAX} characters"
    try:
        _walk(pattern)
    except _Danger as danger:
        return str(danger)
    return None


class _Danger(Exception):
    pass


def _walk(pattern: str) -> None:
    """Follow the groups: each remembers whether it holds a choice or a repetition of varying length."""
    position, varies = 0, [False]
    last_varies = False
    while position < len(pattern):
        letter = pattern[position]
        if letter == "\\":
            _require_no_backreference(pattern[position + 1 : position + 2])
            position, last_varies = position + 2, False
        elif letter == "[":
            position, last_varies = _end_of_class(pattern, position), False
        elif letter == "(":
            varies.append(False)
            position, last_varies = _start_of_group(pattern, position), False
        elif letter == ")":
            last_varies = varies.pop() if len(varies) > 1 else _unbalanced()
            varies[-1] |= last_varies
            position += 1
        elif letter == "|":
            varies[-1], last_varies, position = True, False, position + 1
        else:
            position, last_varies = _quantified(pattern, position, varies, last_varies)
    if len(varies) > 1:
        _unbalanced()


def _quantified(pattern: str, position: int, varies: list[bool], last_varies: bool) -> tuple[int, bool]:
    """Step over a quantifier or an ordinary character."""
    counted = _COUNTED.match(pattern, position)
    if pattern[position] not in "*+?" and counted is None:
        return position + 1, False
    most, is_fixed = _bounds(counted, pattern[position])
    if most > 1 and last_varies:
        raise _Danger("a repetition or a choice stands inside a repetition")
    varies[-1] |= not is_fixed
    position = counted.end() if counted else position + 1
    if pattern[position : position + 1] == "?":
        position += 1
    if pattern[position : position + 1] in ("*", "+") or _COUNTED.match(pattern, position):
        raise _Danger("a repetition is repeated")
    return position, not is_fixed


def _bounds(counted: re.Match[str] | None, letter: str) -> tuple[int, bool]:
    """Return how often at most, and whether it is always that often."""
    if counted is None:
        return (1 if letter == "?" else REPEATS_MAX), False
    least, comma, most = counted.groups()
    if max(int(least), int(most or 0)) > REPEATS_MAX:
        raise _Danger(f"expected at most {REPEATS_MAX} repetitions")
    return int(most or (REPEATS_MAX if comma else least)), not comma or most == least


def _start_of_group(pattern: str, position: int) -> int:
    if pattern[position + 1 : position + 2] != "?":
        return position + 1
    opening = _OPENING.match(pattern, position)
    if opening is None:
        raise _Danger("groups with flags or conditions are not taken")
    return opening.end()


def _end_of_class(pattern: str, position: int) -> int:
    position += 1
    while position < len(pattern) and pattern[position] != "]":
        position += 2 if pattern[position] == "\\" else 1
    return position + 1 if position < len(pattern) else _unbalanced()


def _require_no_backreference(letter: str) -> None:
    if letter in "123456789k" or not letter:
        raise _Danger("it refers back to what it matched, or ends in a backslash")


def _unbalanced() -> NoReturn:
    raise _Danger("its brackets do not match")
