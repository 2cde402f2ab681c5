# SPDX-License-Identifier: Apache-2.0
"""Rules of the house that a syntax tree shows; each rule is also shown a sinner."""

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.sources import modules
from tools.checks.large_files import too_large
from tools.checks.sizes import too_long
from tools.checks.spdx_headers import missing_headers
from tools.checks.speaks_of_itself import foreign_words
from tools.checks.tracked import Check, tracked_files

TRANSACTIONS = "cortex/database/"
NAMELESS = {"common", "helper", "helpers", "misc", "shared", "util", "utils"}
VAGUE_VERBS = ("process_", "handle_", "manage_")
CALLED_BY_DJANGO = {"process_exception", "process_template_response", "process_view"}
MODEL_SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init"}
# Who makes users, and who derives the role from the mark.
MARK, MARK_IS_READ_BY = (
    "is_superuser",
    {
        # Leaves hold the digest of the mark as it is stored.
        "cortex/identity/digests.py",
        "cortex/identity/models.py",
        "cortex/identity/platform_role_changes.py",
        "cortex/identity/users.py",
    },
)

# A door names the settings module before anything is read; that is not a value of the configuration.
NAMES_SETTINGS_MODULE = "os.environ.setdefault('DJANGO_SETTINGS_MODULE'"

Rule = Callable[[str, ast.Module], Iterator[int]]


def nameless_modules(path: str, tree: ast.Module) -> Iterator[int]:
    """Find modules and packages that do not name their subject."""
    if NAMELESS & set(path.removesuffix(".py").split("/")):
        yield 1


def transactions_elsewhere(path: str, tree: ast.Module) -> Iterator[int]:
    """Find transactions opened outside the one place that also retries them."""
    if path.startswith(TRANSACTIONS):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in {
            "atomic",
            "set_autocommit",
            "non_atomic_requests",
        }:
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and node.module == "django.db.transaction":
            yield node.lineno


def model_signals(path: str, tree: ast.Module) -> Iterator[int]:
    """Find receivers of model signals: what happens on a write stands in its service."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.signals"):
            yield node.lineno
        if isinstance(node, ast.Attribute) and node.attr in MODEL_SIGNALS:
            yield node.lineno


def vague_verbs(path: str, tree: ast.Module) -> Iterator[int]:
    """Find functions named for no verb of the field, but for the names that Django calls."""
    for node in ast.walk(tree):
        is_vague = isinstance(node, ast.FunctionDef) and node.name.startswith(VAGUE_VERBS)
        if is_vague and node.name not in CALLED_BY_DJANGO:
            yield node.lineno


def positional_services(path: str, tree: ast.Module) -> Iterator[int]:
    """Find public functions of services and selectors that take more than their subject by position."""
    if "/services/" not in path and "/selectors/" not in path:
        return
    for node in tree.body:
        is_public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if is_public and len(node.args.args) > 1 and not _does_nothing(node):
            yield node.lineno


def _does_nothing(node: ast.FunctionDef) -> bool:
    """Tell whether a function only stands where a callback may: its caller decides the arguments."""
    return len(node.body) == 1 and ast.get_docstring(node) is not None


def floats_for_money(path: str, tree: ast.Module) -> Iterator[int]:
    """Find floats in the books, where every number is an integer or a decimal."""
    if not path.startswith(("apps/accounting/", "cortex/money")):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            yield node.lineno
        if isinstance(node, ast.Attribute) and node.attr == "FloatField":
            yield node.lineno


def environment_read_by_settings(path: str, tree: ast.Module) -> Iterator[int]:
    """Find settings that read the environment beside the configuration, which knows every value's source."""
    if not path.startswith("settings/"):
        return
    allowed = {
        id(node.func.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node).startswith(NAMES_SETTINGS_MODULE)
        if isinstance(node.func, ast.Attribute)
    }
    for node in ast.walk(tree):
        reads = isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
        imports = isinstance(node, ast.ImportFrom) and node.module == "os"
        if (reads and id(node) not in allowed) or imports:
            yield node.lineno


def marks_of_administrators(path: str, tree: ast.Module) -> Iterator[int]:
    """Find readers of the stored mark: the role is derived from it in one place, and policies are asked."""
    if path in MARK_IS_READ_BY:
        return
    for node in ast.walk(tree):
        names = (getattr(node, field, None) for field in ("attr", "arg", "id", "value"))
        if any(isinstance(name, str) and MARK in name for name in names):
            yield getattr(node, "lineno", 1)


SINNERS: dict[Rule, tuple[str, str]] = {
    nameless_modules: ("apps/accounting/utils.py", "POSTED = True"),
    transactions_elsewhere: (
        "apps/accounting/services/post.py",
        "from django.db import transaction\nwith transaction.atomic(): pass",
    ),
    model_signals: ("apps/audit/subscribers.py", "from django.db.models.signals import post_save"),
    vague_verbs: ("apps/audit/services/log.py", "def process_leaf(): ..."),
    positional_services: ("apps/audit/services/append.py", "def append(leaf, at): ..."),
    floats_for_money: ("apps/accounting/domain/vat.py", "amount = float('0.1')"),
    marks_of_administrators: ("cortex/backoffice/access.py", "if user.is_superuser: pass"),
    environment_read_by_settings: ("settings/base.py", "import os\nDEBUG = os.environ.get('DEBUG')"),
}


@pytest.mark.parametrize("rule", SINNERS, ids=lambda rule: rule.__name__)
class TestRule:
    def test_is_kept(self, rule: Rule) -> None:
        found = [f"{path}:{line}" for path, tree in modules().items() for line in rule(path, tree)]
        assert found == []

    def test_finds_a_sinner(self, rule: Rule) -> None:
        path, source = SINNERS[rule]
        assert list(rule(path, ast.parse(source)))


@pytest.mark.parametrize(
    "check", [foreign_words, missing_headers, too_large, too_long], ids=lambda check: check.__name__
)
def test_the_repository_passes_its_own_checks(check: Check) -> None:
    assert check(tracked_files()) == []
