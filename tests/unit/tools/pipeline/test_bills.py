# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path

import pytest

from tools.pipeline.bills import components, require_debs, require_pins
from tools.pipeline.locks import Pin
from tools.pipeline.programs import StageFailed

DJANGO = Pin(name="django", version="5.2.19", hashes=())
BILL = {
    "components": [
        {"name": "Django", "version": "5.2.19", "purl": "pkg:pypi/django@5.2.19"},
        {"name": "libc6", "version": "2.36-9", "purl": "pkg:deb/debian/libc6@2.36-9?arch=amd64"},
        {"name": "python3.11", "version": "3.11.2"},
    ]
}


def test_components_are_told_apart_by_their_package_url(tmp_path: Path) -> None:
    path = tmp_path / "image.cdx.json"
    path.write_text(json.dumps(BILL))
    assert components(path, kind="pypi") == {"django": "5.2.19"}
    assert components(path, kind="deb") == {"libc6": "2.36-9"}


class TestRequirePins:
    def test_counts_what_the_lock_names(self) -> None:
        found = {"django": "5.2.19", "codexion-cortex": "0.1.0"}
        assert require_pins(found, pins=[DJANGO], bill="python.cdx.json") == 1

    @pytest.mark.parametrize(
        ("found", "sentence"),
        [
            ({}, "missing django 5.2.19; not locked nothing"),
            ({"django": "5.2.18"}, "missing django 5.2.19; not locked django 5.2.18"),
            ({"django": "5.2.19", "pytest": "9.2"}, "missing nothing; not locked pytest 9.2"),
        ],
        ids=["missing", "another release", "not locked"],
    )
    def test_names_what_differs(self, found: dict[str, str], sentence: str) -> None:
        with pytest.raises(StageFailed, match=f"python.cdx.json and the lock differ: {sentence}"):
            require_pins(found, pins=[DJANGO], bill="python.cdx.json")

    def test_refuses_an_empty_lock(self) -> None:
        with pytest.raises(StageFailed):
            require_pins({}, pins=[], bill="python.cdx.json")


class TestRequireDebs:
    def test_counts_the_packages(self) -> None:
        assert require_debs({"libc6": "2.36"}, packages=["libc6"], bill="image.cdx.json") == 1

    def test_names_a_package_without_a_record(self) -> None:
        with pytest.raises(StageFailed, match="differ: tzdata"):
            require_debs({"libc6": "2.36"}, packages=["libc6", "tzdata"], bill="image.cdx.json")

    def test_refuses_a_bill_without_any(self) -> None:
        with pytest.raises(StageFailed, match="nothing found"):
            require_debs({}, packages=[], bill="image.cdx.json")
