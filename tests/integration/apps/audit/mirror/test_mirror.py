# SPDX-License-Identifier: Apache-2.0
"""The log is copied to a real bucket with object lock, and compared with it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from botocore.exceptions import ClientError
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings
from structlog.testing import capture_logs

from apps.audit.adapters.mirror.s3_mirror import Bucket, S3Mirror
from apps.audit.domain.mirror.mirror import (
    MirrorMustAnswer,
    MirrorMustBeConfigured,
    MirrorMustBeLocked,
    MirrorMustEqualTheLog,
    MirrorPlace,
    Mirrors,
)
from apps.audit.services.mirror.compare_mirror import compare_mirror
from apps.audit.services.mirror.mirror_log import mirror_log
from apps.audit.tasks import mirror_log_where_it_is_kept
from cortex import clock
from cortex.confidential import Secret
from cortex.container.override import override
from cortex.events.leases import claim_lease, release_lease
from cortex.ports.authorizer import AccessMustBeGranted
from cortex.ports.clock import Clock
from cortex.sockets.bounded_client import AddressMustBeSafe
from tests.factories.books import CONSOLE
from tests.factories.clocks import ClockAhead
from tests.factories.log import SigningLog, append
from tests.factories.people import just_signed_in, person
from tests.frame.clones import Clone
from tests.frame.seaweedfs import KEY_ID, REGION, SECRET_KEY, SeaweedFs


@pytest.fixture(scope="module")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedFs]:
    found = SeaweedFs(tmp_path_factory.mktemp("seaweed"))
    found.start()
    found.make_bucket("unlocked", is_locked=False)
    yield found
    found.stop()


class Scene:
    """A log of 600 leaves and more, a bucket of its own, and the mirror between them."""

    def __init__(self, seaweed: SeaweedFs, database: Clone, name: str) -> None:
        self.seaweed, self.database, self.bucket = seaweed, database, name
        seaweed.make_bucket(name)
        self.log = SigningLog()

    @property
    def place(self) -> MirrorPlace:
        return MirrorPlace(name=self.bucket, mirror=mirror(self.seaweed, self.bucket), kept_days=1)

    def grow(self, count: int) -> int:
        append(None, count)
        return self.log.sign()

    def versions(self, prefix: str = "") -> list[dict[str, Any]]:
        found = self.seaweed.client().list_object_versions(Bucket=self.bucket, Prefix=prefix)
        versions: list[dict[str, Any]] = found.get("Versions", [])
        return versions

    def kept(self) -> list[str]:
        return [version["Key"] for version in self.versions()]

    def differences(self) -> tuple[str, ...]:
        return compare_mirror(place=self.place, compared_by=CONSOLE).differences


def mirror(seaweed: SeaweedFs, name: str, address: str | None = None) -> S3Mirror:
    keys = {"key_id": Secret(KEY_ID), "secret_key": Secret(SECRET_KEY)}
    return S3Mirror(Bucket(address=address or seaweed.address, name=name, region=REGION, **keys))


@pytest.fixture
def scene(seaweed: SeaweedFs, committed_database: Clone, request: pytest.FixtureRequest) -> Scene:
    return Scene(seaweed, committed_database, f"log-{abs(hash(request.node.name)) % 10**8}")


class Killed(Exception):
    pass


class KilledAt:
    """A mirror whose user dies before the object of this number."""

    def __init__(self, place: MirrorPlace, number: int) -> None:
        self.inner, self.left = place.mirror, number

    def require_lock(self) -> None:
        self.inner.require_lock()

    def put(self, **what: Any) -> None:
        self.left -= 1
        if not self.left:
            raise Killed
        self.inner.put(**what)


class TestMirrorLog:
    def test_copies_tiles_bundles_and_the_checkpoint_and_nothing_twice(self, scene: Scene) -> None:
        size = scene.grow(600)
        assert mirror_log(place=scene.place) == size
        edge = size % 256
        expected = [f"tile/{level}/{place:03d}" for level in ("0", "entries") for place in (0, 1)]
        expected += [f"tile/0/002.p/{edge}", f"tile/entries/002.p/{edge}", "tile/1/000.p/2", "checkpoint"]
        assert sorted(scene.kept()) == sorted(expected)
        assert mirror_log(place=scene.place) == size
        assert len(scene.kept()) == len(expected)
        # Served and mirrored are the same bytes.
        body = scene.seaweed.client().get_object(Bucket=scene.bucket, Key="tile/0/000")["Body"].read()
        assert body == Client().get("/log/tile/0/000").content
        assert scene.differences() == ()
        grown = scene.grow(200)
        assert mirror_log(place=scene.place) == grown
        assert "tile/0/002" in scene.kept()
        assert scene.differences() == ()

    def test_goes_on_where_it_was_killed(self, scene: Scene) -> None:
        size = scene.grow(600)
        for number in (1, 4, 7):
            killed = MirrorPlace(name=scene.bucket, mirror=KilledAt(scene.place, number), kept_days=1)  # type: ignore[arg-type]
            with pytest.raises(Killed):
                mirror_log(place=killed)
            # What the checkpoint of a mirror covers is there, so it comes last.
            assert "checkpoint" not in scene.kept()
        assert mirror_log(place=scene.place) == size
        assert scene.differences() == ()

    def test_puts_nothing_beside_another_and_nothing_where_there_is_no_lock(self, scene: Scene) -> None:
        scene.grow(3)
        lease = claim_lease(name="log-mirror")
        assert lease is not None
        assert mirror_log(place=scene.place) is None
        assert scene.kept() == []
        release_lease(lease)
        place = MirrorPlace(name="unlocked", mirror=mirror(scene.seaweed, "unlocked"), kept_days=1)
        with pytest.raises(MirrorMustBeLocked, match="expected one with object lock"):
            mirror_log(place=place)
        assert "Contents" not in scene.seaweed.client().list_objects_v2(Bucket="unlocked")


class TestLock:
    def test_keeps_what_is_there_from_whoever_has_the_keys(self, scene: Scene) -> None:
        scene.grow(300)
        mirror_log(place=scene.place)
        client, (version,) = scene.seaweed.client(), scene.versions("tile/0/000")
        named = {"Bucket": scene.bucket, "Key": "tile/0/000", "VersionId": version["VersionId"]}
        before = client.get_object(**named)["Body"].read()
        soon = {"Mode": "COMPLIANCE", "RetainUntilDate": clock.now() + timedelta(seconds=1)}
        for attempt in (
            lambda: client.delete_object(**named),
            lambda: client.delete_object(**named, BypassGovernanceRetention=True),
            lambda: client.put_object_retention(**named, Retention=soon),
            lambda: client.delete_bucket(Bucket=scene.bucket),
        ):
            with pytest.raises(ClientError):
                attempt()
        # A newer version and a deletion hide it; both are noticed, and it is still there.
        client.put_object(Bucket=scene.bucket, Key="tile/0/000", Body=b"forged")
        client.delete_object(Bucket=scene.bucket, Key="tile/0/001.p/44")
        assert client.get_object(**named)["Body"].read() == before
        told = " ".join(scene.differences())
        assert "tile/0/000, version" in told
        assert "log and mirror differ" in told


class TestCompareMirror:
    def test_notices_a_tile_that_was_altered_in_the_database(self, scene: Scene) -> None:
        scene.grow(300)
        mirror_log(place=scene.place)
        with psycopg.connect(scene.database.admin_dsn) as admin:
            admin.execute("ALTER TABLE audit_tile DISABLE TRIGGER ALL")
            admin.execute(
                "UPDATE audit_tile SET hashes = set_byte(hashes, 40, 255 - get_byte(hashes, 40))"
                " WHERE level = 0 AND place = 0"
            )
        (sentence,) = scene.differences()
        assert sentence.startswith("tile/0/000, version ")
        assert sentence.endswith(": log and mirror differ")

    def test_notices_what_is_missing_and_what_does_not_belong(self, scene: Scene) -> None:
        scene.grow(300)
        mirror_log(place=scene.place)
        client = scene.seaweed.client()
        for key, body in (("notes.txt", b"x"), ("tile/0/999", b"x"), ("checkpoint", b"no note")):
            client.put_object(Bucket=scene.bucket, Key=key, Body=body)
        with psycopg.connect(scene.database.admin_dsn) as admin:
            # As if it had been copied further than it was.
            admin.execute("UPDATE audit_log_mirror SET leaves = 512, tree_size = 512")
        told = "\n".join(scene.differences())
        assert "notes.txt, version" in told
        assert "tile/0/999, version" in told
        assert "it is no checkpoint" in told
        assert "tile/0/001: it is not in the mirror" in told
        with pytest.raises(AccessMustBeGranted):
            compare_mirror(place=scene.place, compared_by=just_signed_in(person("charlie")))


class TestSchedule:
    def test_copies_where_a_mirror_is_configured_and_tells_what_keeps_it(
        self,
        scene: Scene,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        def part() -> str | None:
            found: str | None = Client().get("/health/ready").json()["parts"].get("mirror")
            return found

        scene.grow(3)
        mirror_log_where_it_is_kept()
        assert (scene.kept(), part()) == ([], None)
        with pytest.raises(MirrorMustBeConfigured):
            call_command("log_mirror", "verify")

        settings.AUDIT_MIRROR_ADDRESS = scene.seaweed.address
        with capture_logs() as told:
            mirror_log_where_it_is_kept()
        assert [event["code"] for event in told] == ["audit.mirror_must_be_configured"]
        assert part() == "degraded"

        settings.AUDIT_MIRROR_BUCKET = scene.bucket
        monkeypatch.setenv("AUDIT_MIRROR_KEY_ID", KEY_ID)
        monkeypatch.setenv("AUDIT_MIRROR_SECRET_KEY", SECRET_KEY)
        mirror_log_where_it_is_kept()
        assert "checkpoint" in scene.kept()
        assert part() == "ok"
        with override(Clock, ClockAhead(timedelta(seconds=601))):
            assert part() == "degraded"
        call_command("log_mirror", "copy")
        call_command("log_mirror", "verify")
        assert "versions are those of the log" in capsys.readouterr().out
        scene.seaweed.client().put_object(Bucket=scene.bucket, Key="tile/0/999", Body=b"x")
        with pytest.raises(MirrorMustEqualTheLog, match="1 differ"):
            call_command("log_mirror", "verify")

    def test_goes_on_without_the_bucket(self, scene: Scene, tmp_path: Path) -> None:
        scene.grow(3)
        away = MirrorPlace(
            name="away", mirror=mirror(scene.seaweed, "none", "http://127.0.0.1:9"), kept_days=1
        )
        with pytest.raises(MirrorMustAnswer) as refused:
            mirror_log(place=away)
        assert SECRET_KEY not in str(refused.value)
        gone = MirrorPlace(name="gone", mirror=mirror(scene.seaweed, "nobody-made-it"), kept_days=1)
        with pytest.raises(MirrorMustAnswer, match=r"got (NoSuchBucket|AccessDenied)"):
            mirror_log(place=gone)
        with override(Mirrors, _Away(away)), capture_logs() as told:
            mirror_log_where_it_is_kept()
        assert [event["event"] for event in told] == ["log_not_mirrored"]
        # The log itself advances.
        assert scene.grow(1) > 0

    @pytest.mark.parametrize(
        "address",
        [
            "http://s3.example",
            "ftp://s3.example",
            "http://10.0.0.1:9000",
            "https://id:key@s3.example",
        ],  # pragma: allowlist secret
    )
    def test_sends_no_key_in_the_clear(self, seaweed: SeaweedFs, address: str) -> None:
        with pytest.raises(AddressMustBeSafe) as refusal:
            mirror(seaweed, "log", address)
        assert "AUDIT_MIRROR_ADDRESS" in refusal.value.message
        assert "key" not in refusal.value.message


class _Away:
    def __init__(self, place: MirrorPlace) -> None:
        self.place = place

    def configured(self) -> MirrorPlace | None:
        return self.place
