# SPDX-License-Identifier: Apache-2.0
"""Licences, secrets and what sources may do: rules that read and run nothing."""

import pytest

from apps.plugins.domain.lifecycle_errors import ReasonMustBeGiven
from apps.plugins.domain.marketplace.checklist import POINTS, Point, require_complete
from apps.plugins.domain.marketplace.checks import FINDINGS_MAX, failed
from apps.plugins.domain.marketplace.licences import refused_licences
from apps.plugins.domain.marketplace.publishing_errors import ChecklistMustBeComplete
from apps.plugins.domain.marketplace.secret_rules import secrets_in
from apps.plugins.domain.marketplace.static_rules import broken_rules, strange_imports


def broken(source: str | bytes) -> list[str]:
    return list(broken_rules({"plugin.py": source.encode() if isinstance(source, str) else source}))


class TestLicence:
    @pytest.mark.parametrize(
        "expression",
        [
            "MIT",
            "Apache-2.0 OR MIT",
            "MIT AND BSD-3-Clause",
            "Proprietary OR MIT",
            "Apache-2.0 WITH LLVM-exception",
        ],
    )
    def test_is_allowed(self, expression: str) -> None:
        assert refused_licences(expression) == []

    @pytest.mark.parametrize(
        ("expression", "refused"),
        [
            ("Proprietary", ["Proprietary"]),
            ("MIT AND SSPL-1.0", ["SSPL-1.0"]),
            ("SSPL-1.0 OR MIT AND BUSL-1.1", ["BUSL-1.1", "SSPL-1.0"]),
            ("mit", ["mit"]),
            ("MIT WITH Strange-exception", ["MIT WITH Strange-exception"]),
        ],
    )
    def test_is_not_allowed(self, expression: str, refused: list[str]) -> None:
        assert refused_licences(expression) == refused


class TestSecrets:
    @pytest.mark.parametrize(
        "line",
        [
            "-----BEGIN " + "RSA PRIVATE KEY-----",
            "key = 'AKIA" + "ABCDEFGHIJKLMNOP'",
            "t = 'ghp_" + "a1" * 18 + "'",
            "url = 'postgres://me:" + "hunter22@db/x'",
            "API_" + "KEY = 'q9Zx7LmW2vTr8KpB4nYd'",
            "{'pass" + "word': 'q9Zx7LmW2vTr8KpB4nYd'}",
        ],
    )
    def test_are_found_and_never_told(self, line: str) -> None:
        ((name, number, rule),) = secrets_in({"plugin.py": f"# a\n{line}\n".encode()})
        assert (name, number) == ("plugin.py", 2)
        assert "q9Zx" not in rule

    @pytest.mark.parametrize(
        "line",
        [
            "token = settings['token']",
            "password = 'aaaaaaaaaaaaaa'",
            "secret = ''",
            "x = 'https://a.example'",
        ],
    )
    def test_are_not_seen_everywhere(self, line: str) -> None:
        assert list(secrets_in({"plugin.py": line.encode()})) == []


class TestStaticRules:
    @pytest.mark.parametrize(
        "source",
        [
            "eval('1')",
            "exec(text)",
            "run = eval",
            "compile(a, b, 'exec')",
            "__import__('os')",
            "import importlib\nimportlib.import_module(name)",
            "from importlib import import_module",
            "import ctypes",
            "from ctypes import CDLL",
            "import os, subprocess",
            "import pickle",
            "from urllib import request",
            "from urllib.request import urlopen",
            "().__class__.__bases__[0].__subclasses__()",
            "f.__globals__['x']",
            "__builtins__['eval']",
            "globals()['x']",
            "from cortex_sdk._host import call",
            "import wit_world",
            "def f():\n  if 1:\n    import socket",
        ],
    )
    def test_find(self, source: str) -> None:
        assert broken(source), source

    @pytest.mark.parametrize(
        "source",
        [
            "import re\nre.compile('a')",
            "from cortex_sdk import handler",
            "from . import rules",
            "import json, datetime",
        ],
    )
    def test_leave_alone(self, source: str) -> None:
        assert broken(source) == []

    def test_name_file_and_line(self) -> None:
        assert broken("import json\nimport ctypes\n") == ["plugin.py, line 2: imports ctypes: native code"]

    @pytest.mark.parametrize("hidden", ["\u202e", "\u200b", "\u2066", "\u3164"])
    def test_find_what_hides_from_readers(self, hidden: str) -> None:
        assert broken(f"a = 1  # {hidden}\n")

    @pytest.mark.parametrize("source", [b"\xff\xfe", b"a = (", b"\x00", b"x = " + b"(" * 300 + b")" * 300])
    def test_refuse_what_cannot_be_read(self, source: bytes) -> None:
        assert "cannot be read" in broken(source)[0]

    def test_lines_that_nobody_reads_are_told(self) -> None:
        assert "characters" in broken(f"a = '{'x' * 600}'")[0]


class TestDependencies:
    def test_are_python_the_sdk_and_ones_own(self) -> None:
        files = {"plugin.py": b"import json, rules\nfrom cortex_sdk import log\n", "rules/__init__.py": b""}
        assert list(strange_imports(files)) == []

    def test_are_nothing_else(self) -> None:
        files = {"plugin.py": b"import requests\nfrom numpy import array\n"}
        assert list(strange_imports(files)) == [
            "plugin.py, line 1: requests",
            "plugin.py, line 2: numpy.array",
        ]


class TestChecklist:
    def test_takes_ticks_and_reasons(self) -> None:
        kept = require_complete({**ticked(), "hosts": Point(is_ticked=False, reason="It sends nothing.")})
        assert kept["hosts"] == {"is_ticked": False, "reason": "It sends nothing."}
        assert kept["sources"] == {"is_ticked": True, "reason": ""}

    @pytest.mark.parametrize("reason", ["", "   "])
    def test_wants_each_point(self, reason: str) -> None:
        with pytest.raises(ChecklistMustBeComplete) as refused:
            require_complete({**ticked(), "hosts": Point(is_ticked=False, reason=reason)})
        assert refused.value.evidence["missing"] == ["hosts"]

    def test_takes_no_hidden_characters(self) -> None:
        with pytest.raises(ReasonMustBeGiven):
            require_complete({**ticked(), "hosts": Point(is_ticked=False, reason="none\u202e")})


def ticked() -> dict[str, Point]:
    return {name: Point(is_ticked=True) for name in POINTS}


def test_findings_are_bounded_and_one_line_each() -> None:
    result = failed("secrets", "a\nb\x1b[31m", ["x\u202ey" * 200] * 200)
    assert result.reason == "a\\nb\\x1b[31m"
    assert len(result.findings) == FINDINGS_MAX + 1
    assert all(each.isprintable() and len(each) <= 300 for each in result.findings)
