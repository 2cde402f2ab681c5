# SPDX-License-Identifier: Apache-2.0
"""An archive is verified offline by the same client, and read in one way alone."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from apps.plugins.adapters.repository.archive import pack_archive, unpack_archive
from apps.plugins.domain import repository_errors as errors
from apps.plugins.domain.marketplace.errors import TargetMustExist
from apps.plugins.models import PluginVersion
from apps.plugins.selectors.repository import served_metadata, served_target
from apps.plugins.services.marketplace.export_targets import export_targets
from apps.plugins.services.repositories.import_archive import import_archive
from apps.plugins.services.repositories.trust_repository import trust_repository
from tests.factories.installed_plugins import bundle, trusted
from tests.factories.marketplace import CONSOLE, Marketplace
from tests.factories.plugin_bundles import PUBLISHER
from tests.integration.apps.plugins.marketplace.trusting import trust_reviewer

GUARD = "com.example.guard"
MEMBERS = {"metadata/1.root.json": b"{}", "metadata/timestamp.json": b"{}"}


@pytest.fixture
def trusting(shop: Marketplace, components: Path, settings: Any) -> Marketplace:
    directory = components / "installed"
    directory.mkdir(mode=0o700, exist_ok=True)
    settings.PLUGIN_DIRECTORY = str(directory)
    shop.release_bundle(bundle(reviewed_by=None))
    trust_repository(name="plugins", untrusted_root=shop.root(), trusted_by=CONSOLE)
    trusted(PUBLISHER)
    trust_reviewer(shop)
    return shop


def exported(*plugins: str, channel: str = "stable") -> bytes:
    return export_targets(plugins=plugins or (GUARD,), channel=channel, exported_by=CONSOLE)


def imported(archive: bytes, **more: Any) -> list[str]:
    rows = import_archive(repository="plugins", untrusted_archive=archive, imported_by=CONSOLE, **more)
    return [str(row) for row in rows]


class TestImport:
    def test_adds_what_was_exported(self, trusting: Marketplace) -> None:
        assert imported(exported()) == [f"{GUARD} 1.0.0"]
        assert PluginVersion.objects.get().origin == "repository"

    def test_of_yesterday_wants_to_be_told_when_it_was_fresh(self, trusting: Marketplace) -> None:
        archive, made_at = exported(), trusting.clock.now()
        trusting.clock.at += timedelta(days=29)
        with pytest.raises(errors.RepositoryMustBeFresh):
            imported(archive)
        assert imported(archive, fresh_at=made_at) == [f"{GUARD} 1.0.0"]

    @pytest.mark.parametrize("days", [31, -1])
    def test_takes_no_moment_that_is_long_ago_or_to_come(self, days: int, trusting: Marketplace) -> None:
        archive = exported()
        with pytest.raises(errors.RepositoryMustBeFresh):
            imported(archive, fresh_at=trusting.clock.now() - timedelta(days=days))

    def test_never_goes_back(self, trusting: Marketplace) -> None:
        older = exported()
        trusting.release_bundle(bundle(version="1.1.0", reviewed_by=None), "1.1.0")
        assert imported(exported(f"{GUARD}==1.1.0")) == [f"{GUARD} 1.1.0"]
        with pytest.raises(errors.RepositoryMustNotGoBack):
            imported(older)

    def test_adds_nothing_where_one_file_was_changed(self, trusting: Marketplace) -> None:
        members = unpack_archive(exported())
        name = next(name for name in members if name.startswith("targets/"))
        changed = members[name][:-1] + bytes([members[name][-1] ^ 1])
        with pytest.raises(errors.RepositoryFileMustBeIntact):
            imported(pack_archive({**members, name: changed}))
        assert not PluginVersion.objects.exists()

    def test_adds_nothing_that_is_not_listed(self, trusting: Marketplace) -> None:
        members = unpack_archive(exported())
        evil = f"targets/com.example/{GUARD}/{'0' * 64}.{GUARD}-9.0.0.cortex-plugin"
        with pytest.raises(errors.RepositoryMustHaveTarget):
            imported(pack_archive({**members, evil: b"evil"}))
        assert not PluginVersion.objects.exists()


class TestPrivateChannel:
    def test_goes_out_in_archives_alone(self, trusting: Marketplace) -> None:
        told = {"channel": "private:ACME"}
        trusting.release_bundle(bundle(version="3.0.0", reviewed_by=None), "3.0.0", **told)
        archive = exported(channel="private:ACME")
        for name in unpack_archive(archive):
            if "private-" in name:
                served = served_target if name.startswith("targets/") else served_metadata
                assert served(name=name.partition("/")[2]) is None
        assert imported(archive) == [f"{GUARD} 3.0.0"]

    def test_is_not_in_another(self, trusting: Marketplace) -> None:
        with pytest.raises(TargetMustExist):
            exported(channel="private:ACME")


def zipped(*entries: tuple[str, bytes], compression: int = zipfile.ZIP_STORED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(zipfile.ZipInfo(name), content, compression)
        archive.comment = comment
    return out.getvalue()


def overlapping() -> bytes:
    """Return an archive of which two directory entries lead to one member."""
    whole = bytearray(pack_archive({"metadata/1.root.json": b"x" * 99, "metadata/2.root.json": b"x" * 99}))
    second = whole.rindex(b"PK\1\2")
    whole[second + 42 : second + 46] = bytes(4)
    return bytes(whole)


class TestArchive:
    def test_is_the_same_whoever_packs_it(self) -> None:
        assert unpack_archive(pack_archive(MEMBERS)) == MEMBERS

    @pytest.mark.parametrize(
        "make",
        [
            lambda: b"",
            lambda: b"PK",
            lambda: pack_archive(MEMBERS)[:-1],
            lambda: b"x" + pack_archive(MEMBERS),
            lambda: pack_archive(MEMBERS) + b"x",
            lambda: zipped(("metadata/1.root.json", b"{}")),
            lambda: zipped(("../metadata/1.root.json", b"{}")),
            lambda: zipped(("/metadata/1.root.json", b"{}")),
            lambda: zipped(("metadata/../1.root.json", b"{}")),
            lambda: zipped(("metadata/root.json", b"{}")),
            lambda: zipped(("metadata\\1.root.json", b"{}")),
            lambda: zipped(("metadata/1.root.json", b"0" * 10_000_000), compression=zipfile.ZIP_DEFLATED),
            lambda: zipped(("metadata/timestamp.json", b"{}"), comment=b"x"),
            lambda: zipped(*((f"metadata/{n}.root.json", b"") for n in range(1, 1_003))),
            overlapping,
        ],
        ids=range(15),
    )
    def test_of_another_form_is_refused(self, make: Callable[[], bytes]) -> None:
        with pytest.raises(errors.ArchiveMustBeCanonical):
            unpack_archive(make())
