# SPDX-License-Identifier: Apache-2.0
"""Read a file of keys to trust. Source: c2sp.org/tlog-policy.

Every line that is not understood is refused with its number: one that were skipped could have asked for more
witnesses.
"""

import re
from collections.abc import Callable, Mapping
from typing import NoReturn

from apps.audit.domain.note.algorithms import Signs
from apps.audit.domain.note.encoding import decimal
from apps.audit.domain.note.errors import LogPolicyMustBeWellFormed, refused
from apps.audit.domain.note.keys import NAME_BYTES_MAX, VerifierKey
from apps.audit.domain.note.policy import NONE, Group, LogPolicy, TrustedLog, TrustedWitness
from cortex.errors import Malformed

EACH_MAX = 32
BYTES_MAX = 65_536
_WHITE = re.compile("[ \t]+")


def parse_log_policy(content: bytes) -> LogPolicy:
    """Read the whole file; raises LogPolicyMustBeWellFormed with the number of the line."""
    if len(content) > BYTES_MAX:
        raise refused(
            LogPolicyMustBeWellFormed, "File of keys", expected=f"at most {BYTES_MAX} bytes", got=len(content)
        )
    reading = _Reading()
    # Octets above 0x7f are opaque to this format and must come out as they went in.
    *lines, rest = content.decode(errors="surrogateescape").split("\n")
    for number, line in enumerate(lines, start=1):
        reading.read(number, line)
    # A file that was cut off may have lost digits of its last line.
    if rest:
        reading.number = len(lines) + 1
        reading.refuse(expected="a newline at the end of the last line", got=rest)
    return reading.whole()


class _Reading:
    """The lines read so far, and the number of the one that is read now."""

    def __init__(self) -> None:
        self.number = 0
        self._logs: list[TrustedLog] = []
        self._witnesses: dict[str, TrustedWitness] = {}
        self._groups: dict[str, Group] = {}
        self._members: set[str] = set()
        self._quorum = ""

    def read(self, number: int, line: str) -> None:
        self.number = number
        if any((letter < " " and letter != "\t") or letter == "\x7f" for letter in line):
            self.refuse(expected="no control character but tabs", got=line)
        words = [word for word in _WHITE.split(line) if word]
        if not words or words[0].startswith("#"):
            return
        known: Mapping[str, Callable[[list[str]], None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._read_quorum,
        }
        if words[0] not in known:
            self.refuse(expected="log, witness, group or quorum", got=words[0])
        known[words[0]](words[1:])

    def whole(self) -> LogPolicy:
        if not self._quorum:
            self.refuse(expected="a line 'quorum NAME' in the file", got="none")
        return LogPolicy(self._logs, self._witnesses, self._groups, self._quorum)

    def refuse(self, *, expected: str, got: object) -> NoReturn:
        raise refused(LogPolicyMustBeWellFormed, f"Line {self.number}", expected=expected, got=got)

    def _log(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            self.refuse(expected="log KEY [URL]", got=" ".join(words))
        key = self._key(words[0], signs="log")
        if key.public in {log.key.public for log in self._logs}:
            self.refuse(expected="each log's key once", got=key.name)
        self._bound(len(self._logs), what="logs")
        self._logs.append(TrustedLog(key, *words[1:]))

    def _witness(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            self.refuse(expected="witness NAME KEY [URL]", got=" ".join(words))
        name, key = self._new_name(words[0]), self._key(words[1], signs="witness")
        if key.public in {witness.key.public for witness in self._witnesses.values()}:
            self.refuse(expected="each witness's key once", got=key.name)
        self._bound(len(self._witnesses), what="witnesses")
        self._witnesses[name] = TrustedWitness(name, key, *words[2:])

    def _group(self, words: list[str]) -> None:
        if len(words) < 3:
            self.refuse(expected="group NAME all|any|NUMBER MEMBER …", got=" ".join(words))
        name, members = self._new_name(words[0]), words[2:]
        for member in members:
            self._require_defined(member)
            # Whoever stood in two groups would count twice.
            if member in self._members:
                self.refuse(expected="each member in one group and once", got=member)
            self._members.add(member)
        needed = {"all": len(members), "any": 1}.get(words[1], decimal(words[1]))
        if needed is None or not 1 <= needed <= len(members):
            self.refuse(expected=f"all, any or a number from 1 to {len(members)}", got=words[1])
        self._bound(len(self._groups), what="groups")
        self._groups[name] = Group(name, needed, tuple(members))

    def _read_quorum(self, words: list[str]) -> None:
        if len(words) != 1 or self._quorum:
            self.refuse(expected="quorum NAME, once in the file", got=" ".join(words))
        if words[0] != NONE:
            self._require_defined(words[0])
        self._quorum = words[0]

    def _key(self, text: str, *, signs: Signs) -> VerifierKey:
        try:
            key = VerifierKey.parse(text)
        except Malformed as error:
            self.refuse(expected="a verifier key", got=error.message)
        if key.kind.signs != signs:
            self.refuse(expected=f"the key of a {signs}", got=f"type 0x{key.kind.code:02x}")
        return key

    def _new_name(self, name: str) -> str:
        if name == NONE or name in self._witnesses or name in self._groups or len(name) > NAME_BYTES_MAX:
            self.refuse(expected="a name that is not taken", got=name)
        return name

    def _require_defined(self, name: str) -> None:
        if name not in self._witnesses and name not in self._groups:
            self.refuse(expected="a witness or group of a line above", got=name)

    def _bound(self, count: int, *, what: str) -> None:
        if count >= EACH_MAX:
            self.refuse(expected=f"at most {EACH_MAX} {what}", got=count + 1)
