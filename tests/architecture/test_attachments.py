# SPDX-License-Identifier: Apache-2.0
"""Nothing leaves the house as a file without a leaf: who sends one notes it, or calls what appends a leaf."""

import ast
from collections.abc import Iterator, Mapping

from tests.architecture.sources import modules

HEADER = "content-disposition"
SENDS = {"zip_response", "FileResponse", HEADER}
# What lets the file leave a leaf: a look, a table with its digest, an archive of evidence, somebody's data.
LEAVES = {"note_look", "note_table", "export_subject", "LeafEvidence", "DocumentEvidence"}
# What holds nothing of the house, by the function that sends it.
OF_STRANGERS = {
    "apps/plugins/admin/review_queue.py:_sources": "sources that a publisher sent in",
    "apps/plugins/api/pages/own_submissions.py:bundle": "what was built of one's own sources",
    "apps/plugins/api/pages/public.py:proof": "the proof of a release, for everybody",
    "apps/plugins/api/views/submissions.py:get": "what was built of one's own sources",
}
# It makes the answer; each that calls it is looked at.
MAKES_IT = "cortex/api/zip_files.py"


def senders(sources: Mapping[str, ast.Module]) -> Iterator[tuple[str, set[str]]]:
    """Yield each function that answers with an attachment, with what it names."""
    for path, module in sources.items():
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef) and path != MAKES_IT:
                words = _words(node)
                if SENDS & words:
                    yield f"{path}:{node.name}", words


def silent(sources: Mapping[str, ast.Module]) -> list[str]:
    """Return those that name nothing which leaves a leaf."""
    return sorted(name for name, words in senders(sources) if not LEAVES & words)


def _words(function: ast.FunctionDef) -> set[str]:
    """Return the names that a function uses, and the header if it writes that."""
    return {word for node in ast.walk(function) if (word := _word(node))}


def _word(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    is_header = isinstance(node, ast.Constant) and str(node.value).lower() == HEADER
    return HEADER if is_header else ""


class TestEveryAttachment:
    def test_leaves_a_leaf(self) -> None:
        assert silent(modules()) == sorted(OF_STRANGERS)

    def test_is_found(self) -> None:
        names = {name.rpartition(":")[2] for name, _words in senders(modules())}
        assert {"rights_file", "trial_balance_file", "audit_log_file", "result_view", "leaf_proof"} <= names


class TestSilentAttachment:
    def test_is_found(self) -> None:
        source = 'def table():\n    answer["Content-Disposition"] = "attachment"\n    return answer\n'
        noted = source.replace("return", "note_look(look)\n    return")
        assert silent({"a.py": ast.parse(source), "b.py": ast.parse(noted)}) == ["a.py:table"]
