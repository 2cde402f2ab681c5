# SPDX-License-Identifier: Apache-2.0
"""What is compiled and loaded: components with allowed imports, and native code of our own making alone."""

import shutil
from pathlib import Path

import pytest
from wasmtime import wat2wasm

from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents
from apps.plugins.adapters.sandbox.engine import engine
from apps.plugins.domain.call_errors import CompiledMustBeOurs, ComponentMustBeAllowed, ComponentMustCompile
from tests.frame.components import KEY

EMPTY = wat2wasm("(component)")
REACHING_OUT = wat2wasm('(component (import "wasi:http/outgoing-handler@0.2.0" (instance)))')
OF_A_LATER_HOST = wat2wasm('(component (import "cortex:plugin/data@2.0.0" (instance)))')


@pytest.fixture
def compiled(tmp_path: Path) -> CompiledComponents:
    return CompiledComponents(directory=tmp_path / "compiled", key=KEY)


def _file(tmp_path: Path, end: str) -> Path:
    (found,) = (tmp_path / "compiled").glob(f"*{end}")
    return found


class TestCompiling:
    @pytest.mark.parametrize("wasm", [b"", b"junk", EMPTY[:-1] + b"\xff", wat2wasm("(module)"), b"\x7fELF"])
    def test_what_is_no_component_is_refused(self, compiled: CompiledComponents, wasm: bytes) -> None:
        with pytest.raises(ComponentMustCompile):
            compiled.compile(wasm=wasm)

    @pytest.mark.parametrize("wasm", [REACHING_OUT, OF_A_LATER_HOST])
    def test_imports_that_no_plugin_gets_are_refused(self, compiled: CompiledComponents, wasm: bytes) -> None:
        with pytest.raises(ComponentMustBeAllowed) as refused:
            compiled.compile(wasm=wasm)
        assert "expected interfaces of cortex:plugin 1.0.0" in refused.value.message

    def test_a_refusal_leaves_nothing_behind(self, compiled: CompiledComponents, tmp_path: Path) -> None:
        with pytest.raises(ComponentMustBeAllowed):
            compiled.compile(wasm=REACHING_OUT)
        assert list((tmp_path / "compiled").iterdir()) == []

    def test_what_is_larger_than_a_component_may_be_is_not_looked_at(
        self, compiled: CompiledComponents
    ) -> None:
        with pytest.raises(ComponentMustCompile):
            compiled.compile(wasm=bytes((64 << 20) + 1))

    def test_the_directory_is_nobody_elses(self, compiled: CompiledComponents, tmp_path: Path) -> None:
        compiled.compile(wasm=EMPTY)
        assert (tmp_path / "compiled").stat().st_mode & 0o777 == 0o700


class TestLoading:
    def test_native_code_that_was_changed_is_not_run(
        self, compiled: CompiledComponents, tmp_path: Path
    ) -> None:
        digest = compiled.compile(wasm=EMPTY)
        code = _file(tmp_path, ".cwasm")
        content = bytearray(code.read_bytes())
        content[len(content) // 2] ^= 1
        code.write_bytes(content)
        with pytest.raises(CompiledMustBeOurs):
            compiled.load(engine=engine(), digest=digest)

    def test_a_seal_of_another_key_does_not_count(self, compiled: CompiledComponents, tmp_path: Path) -> None:
        digest = compiled.compile(wasm=EMPTY)
        other = CompiledComponents(directory=tmp_path / "compiled", key=b"another key" * 3)
        with pytest.raises(CompiledMustBeOurs):
            other.load(engine=engine(), digest=digest)

    def test_code_of_another_component_does_not_pass_under_this_name(
        self, compiled: CompiledComponents, tmp_path: Path
    ) -> None:
        digest = compiled.compile(wasm=EMPTY)
        other = CompiledComponents(directory=tmp_path / "other", key=KEY)
        other.compile(wasm=wat2wasm("(component (component))"))
        for end in (".cwasm", ".seal"):
            (found,) = (tmp_path / "other").glob(f"*{end}")
            shutil.copy(found, _file(tmp_path, end))
        with pytest.raises(CompiledMustBeOurs):
            compiled.load(engine=engine(), digest=digest)

    def test_a_directory_that_others_may_write_to_is_not_trusted(
        self, compiled: CompiledComponents, tmp_path: Path
    ) -> None:
        digest = compiled.compile(wasm=EMPTY)
        (tmp_path / "compiled").chmod(0o770)
        with pytest.raises(CompiledMustBeOurs):
            compiled.load(engine=engine(), digest=digest)

    def test_what_was_never_compiled_is_not_there(self, compiled: CompiledComponents) -> None:
        with pytest.raises(CompiledMustBeOurs):
            compiled.load(engine=engine(), digest="0" * 64)

    def test_compiling_again_replaces_what_was_changed(
        self, compiled: CompiledComponents, tmp_path: Path
    ) -> None:
        digest = compiled.compile(wasm=EMPTY)
        _file(tmp_path, ".cwasm").write_bytes(b"junk")
        assert compiled.compile(wasm=EMPTY) == digest
        compiled.load(engine=engine(), digest=digest)
