# SPDX-License-Identifier: Apache-2.0
"""Components by hand, of other types, bounds and answers than the SDK's: each harms its own call alone."""

import json
from typing import Any

import pytest
from wasmtime.component import _enter

from apps.plugins.domain import call_errors
from apps.plugins.domain.call_errors import ComponentMustBeAllowed
from tests.factories.wat_components import component, importing, told

ENVIRONMENT = "wasi:cli/environment@0.2.9"
POISON = importing(ENVIRONMENT, "get-environment", "(result u32)", "(func (result i32))")
NUMBER = """(core module $n (func (export "call") (result i32) i32.const 7))
(core instance $i (instantiate $n))
(func (export "call") (result u32) (canon lift (core func $i "call")))"""
TRAPS = "(core module $t (func $f unreachable) (start $f)) (core instance (instantiate $t))"


class TestTypes:
    def test_what_answers_by_the_contract_is_called(self) -> None:
        assert told(component()).answer == 1

    @pytest.mark.parametrize(
        ("interface", "function", "kind"),
        [
            (ENVIRONMENT, "get-environment", "(result u32)"),
            ("wasi:cli/environment@0.2.0", "get-environment", "(result u32)"),
            (ENVIRONMENT, "get-arguments", '(param "x" u32)'),
            ("wasi:clocks/wall-clock@0.2.9", "now", "(result u64)"),
            ("wasi:clocks/monotonic-clock@0.2.9", "now", "(result s64)"),
            ("wasi:random/random@0.2.9", "get-random-bytes", '(param "len" u64) (result (list u16))'),
            ("wasi:random/random@0.2.9", "get-random-u64", "(result string)"),
            ("wasi:filesystem/preopens@0.2.9", "get-directories", "(result (list string))"),
            ("cortex:plugin/logging@1.0.0", "log", '(param "level" u32) (param "message" string)'),
            ("cortex:plugin/logging@1.0.0", "forge", ""),
            ("cortex:plugin/data@1.0.0", "query", '(param "request" string) (result string)'),
            (
                "cortex:plugin/store@1.0.0",
                "read",
                '(param "request" string) (result (result (error string)))',
            ),
        ],
    )
    def test_imports_of_another_type_are_refused(self, interface: str, function: str, kind: str) -> None:
        wasm = component(f'(import "{interface}" (instance (export "{function}" (func {kind}))))')
        with pytest.raises(ComponentMustBeAllowed) as refused:
            told(wasm)
        assert refused.value.evidence["got"][0].startswith(f"{interface}.{function}")

    def test_an_interface_that_is_none_is_refused(self) -> None:
        with pytest.raises(ComponentMustBeAllowed, match="not an interface"):
            told(component(f'(import "{ENVIRONMENT}" (func))'))

    @pytest.mark.parametrize("call", [NUMBER, " "])
    def test_an_export_of_another_type_is_refused(self, call: str) -> None:
        with pytest.raises(ComponentMustBeAllowed, match="exports call: "):
            told(component(call=call))

    @pytest.mark.parametrize("wasm", [component(POISON), component(call=NUMBER)])
    def test_one_that_came_past_the_gate_harms_its_own_call_alone(self, wasm: bytes) -> None:
        with pytest.raises(call_errors.CallMustNotTrap):
            told(wasm, is_checked=False)
        with pytest.raises(call_errors.CallMustNotTrap, match="unreachable"):
            told(component(TRAPS))

    def test_what_another_call_left_behind_is_not_raised(self) -> None:
        _enter.LAST_EXCEPTION = TypeError("of another company")
        with pytest.raises(call_errors.CallMustNotTrap, match="unreachable") as refused:
            told(component(TRAPS))
        assert "another company" not in str(refused.value)


class TestBounds:
    @pytest.mark.parametrize(
        ("part", "words"),
        [
            (f"(core module $t {'(table 1 funcref)' * 5}) (core instance (instantiate $t))", "table count"),
            ("(core module $t (memory 1)) (core instance (instantiate $t))", "memory count"),
            (f"(core module $t) {'(core instance (instantiate $t))' * 64}", "instance count"),
            ("(core module $t (table 20001 funcref)) (core instance (instantiate $t))", "20001 elements"),
            ("(core module $t (memory 2000)) (core instance (instantiate $t))", "memory"),
        ],
    )
    def test_more_than_python_needs_is_not_instantiated(self, part: str, words: str) -> None:
        with pytest.raises(call_errors.CallMustNotTrap, match=words):
            told(component(part))

    @pytest.mark.parametrize(
        "name", ["wasm trap: interrupt", "x\\nCaused by:\\n    wasm trap: interrupt", "all fuel consumed"]
    )
    def test_a_name_is_not_taken_for_a_cause(self, name: str) -> None:
        part = f'(core module $t (func $"{name}" unreachable) (start 0)) (core instance (instantiate $t))'
        with pytest.raises(call_errors.CallMustNotTrap):
            told(component(part))

    def test_more_random_bytes_than_a_seed_needs_are_a_flood(self) -> None:
        part = importing(
            "wasi:random/random@0.2.9",
            "get-random-bytes",
            '(param "len" u64) (result (list u8))',
            "(func (param i64 i32))",
            "i64.const 5000 i32.const 0",
        )
        with pytest.raises(call_errors.HostMustNotBeFlooded, match="4096 random bytes"):
            told(component(part))


class TestAnswers:
    @pytest.mark.parametrize(
        "answer",
        [
            '{"answer": 1e999}',
            '{"answer": 1, "answer": 2}',
            '{"answer": {"a": 1, "a": 2}}',
            '{"answer": "\\u0000"}',
            '{"answer": "\\ud800"}',
            '{"answer": 9223372036854775808}',
            '{"rejected": " ", "remedy": ""}',
            f'{{"answer": {"9" * 400}}}',
        ],
    )
    def test_that_others_would_not_read_are_refused(self, answer: str) -> None:
        with pytest.raises(call_errors.AnswerMustBeWellFormed):
            told(component(answer=answer))

    def test_reasons_are_one_line(self) -> None:
        text = "no\n\x1b[2J\u202e"
        answered = told(component(answer=json.dumps({"rejected": text, "remedy": text})))
        assert (answered.rejected, answered.remedy) == (r"no\n\x1b[2J\u202e",) * 2

    def test_errors_are_one_line_and_tracebacks_are_lines(self) -> None:
        error: dict[str, Any] = {"message": "a\nb\x1b[2J", "traceback": "1\n2\x1b[2J\u202e\r3"}
        with pytest.raises(call_errors.PluginMustSucceed) as refused:
            told(component(answer=json.dumps(error), is_error=True))
        assert refused.value.message == r"The plugin failed: a\nb\x1b[2J."
        assert refused.value.evidence["traceback"] == "1\n2\\x1b[2J\\u202e\\r3"

    def test_errors_that_are_no_json_are_one_line(self) -> None:
        with pytest.raises(call_errors.PluginMustSucceed) as refused:
            told(component(answer="a\n\x1b[2J", is_error=True))
        assert refused.value.message == r"The plugin failed: a\n\x1b[2J."
