# SPDX-License-Identifier: Apache-2.0
"""What is compiled and loaded: components with allowed imports, and native code of our own making alone."""

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from wasmtime import wat2wasm

from apps.plugins.adapters.private_files import PlaceMustBePrivate
from apps.plugins.adapters.sandbox.compiled_components import CompiledComponents
from apps.plugins.adapters.sandbox.engine import engine
from apps.plugins.adapters.sandbox.sealed_code import sealed
from apps.plugins.domain.call_errors import CompiledMustBeOurs, ComponentMustBeAllowed, ComponentMustCompile
from tests.factories.wat_components import component
from tests.frame.components import KEY

BARE, EMPTY = wat2wasm("(component)"), component()
REACHING_OUT = wat2wasm('(component (import "wasi:http/outgoing-handler@0.2.0" (instance)))')
OF_A_LATER_HOST = wat2wasm('(component (import "cortex:plugin/data@2.0.0" (instance)))')


@pytest.fixture
def compiled(tmp_path: Path) -> CompiledComponents:
    return CompiledComponents(directory=tmp_path / "compiled", key=KEY)


def _file(tmp_path: Path, end: str) -> Path:
    (found,) = (tmp_path / "compiled").glob(f"*{end}")
    return found


class TestCompiling:
    @pytest.mark.parametrize("wasm", [b"", b"junk", BARE[:-1] + b"\xff", wat2wasm("(module)"), b"\x7fELF"])
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

    def test_a_directory_that_others_may_enter_is_refused_before_anything_is_compiled(
        self, compiled: CompiledComponents, tmp_path: Path
    ) -> None:
        (tmp_path / "compiled").mkdir(mode=0o755)
        with pytest.raises(PlaceMustBePrivate) as refused:
            compiled.compile(wasm=b"nothing that compiles")
        assert refused.value.evidence["remedy"] == f"chmod 700 {tmp_path / 'compiled'}"

    def test_threads_that_compile_the_same_do_not_meet(
        self, compiled: CompiledComponents, tmp_path: Path
    ) -> None:
        with ThreadPoolExecutor(2) as pool:
            digest, same = pool.map(lambda _: compiled.compile(wasm=EMPTY), range(2))
        compiled.load(engine=engine(), digest=digest)
        assert (digest, len(list((tmp_path / "compiled").iterdir()))) == (same, 1)

    def test_nothing_of_the_working_directory_runs(
        self, compiled: CompiledComponents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Neither as Python's first place to look, nor by an empty entry of its path."""
        (tmp_path / "apps").mkdir()
        for name in ("resource.py", "wasmtime.py", "apps/__init__.py"):
            (tmp_path / name).write_text(f"open({str(tmp_path / 'sprung')!r}, 'w')\n")
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "path", ["", ".", *sys.path])
        compiled.compile(wasm=EMPTY)
        assert not (tmp_path / "sprung").exists()


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
        other.compile(wasm=component("(component)"))
        (found,) = (tmp_path / "other").glob("*.cwasm")
        shutil.copy(found, _file(tmp_path, ".cwasm"))
        with pytest.raises(CompiledMustBeOurs):
            compiled.load(engine=engine(), digest=digest)

    def test_a_directory_that_others_may_write_to_is_not_trusted(
        self, compiled: CompiledComponents, tmp_path: Path
    ) -> None:
        digest = compiled.compile(wasm=EMPTY)
        (tmp_path / "compiled").chmod(0o770)
        with pytest.raises(CompiledMustBeOurs):
            compiled.load(engine=engine(), digest=digest)

    def test_a_link_is_not_followed(self, compiled: CompiledComponents, tmp_path: Path) -> None:
        digest = compiled.compile(wasm=EMPTY)
        code = _file(tmp_path, ".cwasm")
        code.rename(tmp_path / "elsewhere")
        code.symlink_to(tmp_path / "elsewhere")
        with pytest.raises(CompiledMustBeOurs):
            compiled.load(engine=engine(), digest=digest)

    def test_what_the_engine_does_not_take_is_told_as_such(
        self, compiled: CompiledComponents, tmp_path: Path
    ) -> None:
        digest = compiled.compile(wasm=EMPTY)
        _file(tmp_path, ".cwasm").write_bytes(sealed(code=b"junk", digest=digest, key=KEY))
        with pytest.raises(CompiledMustBeOurs) as refused:
            compiled.load(engine=engine(), digest=digest)
        assert "the engine takes no such code" in refused.value.message

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
