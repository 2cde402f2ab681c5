# SPDX-License-Identifier: Apache-2.0
import zipfile
from pathlib import Path

import pytest

from tools.pipeline.image import Image, require_same
from tools.pipeline.programs import StageFailed
from tools.pipeline.wheels import require_installed

INFO = "codexion_cortex-1.2.3.dist-info"
BUILT = f"cortex/cli.py,sha256=aa,10\n{INFO}/METADATA,sha256=bb,20\n{INFO}/RECORD,,\n"
INSTALLED = f"bin/cortex,sha256=cc,9\n{INFO}/INSTALLER,sha256=dd,2\n{INFO}/REQUESTED,sha256=ee,0\n{BUILT}"


class TestRequireInstalled:
    @pytest.fixture
    def dist(self, tmp_path: Path) -> Path:
        with zipfile.ZipFile(tmp_path / "codexion_cortex-1.2.3-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{INFO}/RECORD", BUILT)
        return tmp_path

    def site(self, dist: Path, record: str) -> Path:
        (dist / "site" / INFO).mkdir(parents=True)
        (dist / "site" / INFO / "RECORD").write_text(record)
        return dist / "site"

    def test_accepts_what_the_installer_adds(self, dist: Path) -> None:
        require_installed(site=self.site(dist, INSTALLED), dist=dist)

    def test_names_a_file_that_differs(self, dist: Path) -> None:
        changed = INSTALLED.replace("sha256=aa", "sha256=ab")
        with pytest.raises(StageFailed, match=r"differ in 2 files, cortex/cli.py,sha256=aa"):
            require_installed(site=self.site(dist, changed), dist=dist)

    def test_wants_one_install(self, dist: Path) -> None:
        with pytest.raises(StageFailed, match="Expected a wheel"):
            require_installed(site=dist / "nowhere", dist=dist)


def test_two_builds_of_one_commit_are_one_image(tmp_path: Path) -> None:
    first = Image(id="sha256:aa", manifest_digest="sha256:bb", archive=tmp_path / "a.tar")
    require_same(first, Image(id="sha256:aa", manifest_digest="sha256:bb", archive=tmp_path / "b.tar"))
    with pytest.raises(StageFailed, match="Two builds of one commit differ: sha256:aa and sha256:ac"):
        require_same(first, Image(id="sha256:ac", manifest_digest="sha256:bb", archive=tmp_path / "b.tar"))
