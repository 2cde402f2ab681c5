# SPDX-License-Identifier: Apache-2.0
"""Nothing leaves the house as a file without a leaf: who sends one notes it, or calls what appends a leaf."""

import ast
from collections.abc import Iterator, Mapping

from tests.architecture.sources import modules

SENDS = {"zip_response", "FileResponse"}
# What lets the file leave a leaf: a look, a table with its digest, an archive of evidence, somebody's data.
LEAVES = {"note_look", "note_table", "export_subject", "LeafEvidence", "DocumentEvidence"}
# It makes the answer; each that calls it is looked at.
MAKES_IT = "cortex/api/zip_files.py"


def senders(sources: Mapping[str, ast.Module]) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield each function that answers with an attachment."""
    for path, module in sources.items():
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef) and path != MAKES_IT and _sends(node):
                yield f"{path}:{node.name}", node


def silent(sources: Mapping[str, ast.Module]) -> list[str]:
    """Return those that name nothing which leaves a leaf."""
    return sorted(name for name, node in senders(sources) if not LEAVES & _names(node))


def _sends(function: ast.FunctionDef) -> bool:
    return bool(SENDS & _names(function)) or any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.lower() == "content-disposition"
        for node in ast.walk(function)
    )


def _names(function: ast.FunctionDef) -> set[str]:
    plain = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    return plain | {node.attr for node in ast.walk(function) if isinstance(node, ast.Attribute)}


class TestEveryAttachment:
    def test_leaves_a_leaf(self) -> None:
        assert silent(modules()) == []

    def test_is_found(self) -> None:
        names = {name.rpartition(":")[2] for name, _function in senders(modules())}
        assert {"rights_file", "trial_balance_file", "audit_log_file", "result_view", "leaf_proof"} <= names


class TestSilentAttachment:
    def test_is_found(self) -> None:
        source = 'def table():\n    answer["Content-Disposition"] = "attachment"\n    return answer\n'
        noted = source.replace("return", "note_look(look)\n    return")
        assert silent({"a.py": ast.parse(source), "b.py": ast.parse(noted)}) == ["a.py:table"]
