# SPDX-License-Identifier: Apache-2.0
"""Digests of the program: the same wherever the same files lie, another after any change."""

import hashlib
import shutil
from pathlib import Path

import pytest

from cortex.boot.provenance.build import build_digest, digest_of_files
from cortex.boot.provenance.lock import lock_digest
from cortex.boot.provenance.places import ROOT
from cortex.boot.provenance.schema import schema_head, schema_leaves


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a small program in a checkout."""
    for name in ("cortex/a.py", "apps/b.py", "settings/base.py", "settings/test.py", "templates/c.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


class TestBuildDigest:
    def test_is_what_sha256sum_would_say(self, checkout: Path) -> None:
        names = ["apps/b.py", "cortex/a.py", "settings/base.py", "templates/c.html"]
        lines = [f"{hashlib.sha256(name.encode()).hexdigest()}  {name}\n" for name in names]
        assert digest_of_files(root=checkout) == hashlib.sha256("".join(lines).encode()).hexdigest()

    def test_is_the_same_in_a_wheel(self, checkout: Path, tmp_path: Path) -> None:
        wheel = tmp_path / "wheel"
        for package in ("cortex", "apps", "settings"):
            shutil.copytree(checkout / package, wheel / package)
        (wheel / "settings/test.py").unlink()
        shutil.copytree(checkout / "templates", wheel / "settings/assets/templates")
        (wheel / "settings/assets/requirements").mkdir()
        (wheel / "settings/assets/requirements/web.txt").write_text("django==5.2")
        assert digest_of_files(root=wheel) == digest_of_files(root=checkout)

    def test_forgets_what_python_compiled(self, checkout: Path) -> None:
        before = digest_of_files(root=checkout)
        (checkout / "cortex/__pycache__").mkdir()
        (checkout / "cortex/__pycache__/a.pyc").write_text("compiled")
        assert digest_of_files(root=checkout) == before

    @pytest.mark.parametrize("change", ["content", "name", "more", "less"])
    def test_changes_with_the_program(self, checkout: Path, change: str) -> None:
        before = digest_of_files(root=checkout)
        file = checkout / "cortex/a.py"
        if change == "content":
            file.write_text("changed")
        elif change == "name":
            file.rename(checkout / "cortex/z.py")
        elif change == "more":
            (checkout / "cortex/z.py").touch()
        else:
            file.unlink()
        assert digest_of_files(root=checkout) != before

    def test_of_this_program_is_read_once(self) -> None:
        assert build_digest() is build_digest()


class TestLockDigest:
    def test_is_that_of_the_lock_of_the_process(self) -> None:
        content = (ROOT / "requirements/worker.txt").read_bytes()
        assert lock_digest(process="worker") == hashlib.sha256(content).hexdigest()
        assert lock_digest(process="web") != lock_digest(process="command")


class TestSchemaHead:
    def test_is_made_of_the_leaves_that_django_sees(self) -> None:
        from django.db.migrations.loader import MigrationLoader

        leaves = schema_leaves()
        theirs = MigrationLoader(None).graph.leaf_nodes()
        ours = {(app, name) for app, names in leaves.items() for name in names}
        assert ours == {(app, name) for app, name in theirs if app in leaves}
        assert len(schema_head()) == 64

    def test_shows_two_lines_that_met(self, tmp_path: Path) -> None:
        directory = tmp_path / "apps/accounting/migrations"
        directory.mkdir(parents=True)
        (directory / "__init__.py").touch()
        (directory / "0001_books.py").write_text("class Migration:\n    dependencies = [swappable(1)]\n")
        for name in ("0002_rates", "0002_taxes"):
            (directory / f"{name}.py").write_text(
                "class Migration:\n    dependencies = [('accounting', '0001_books'), ('audit', '0001_log')]\n"
            )
        assert schema_leaves(root=tmp_path) == {"accounting": ["0002_rates", "0002_taxes"]}
