# SPDX-License-Identifier: Apache-2.0
"""Build the image of docker/Dockerfile without an engine's daemon, a registry or, once fetched, a network."""

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tools.checks.tracked import ROOT
from tools.pipeline import rootfs
from tools.pipeline.programs import StageFailed
from tools.pipeline.source import Source
from tools.pipeline.workplace import Engine, Workplace

NAME = "localhost/codexion-cortex"
RUNTIME, BUILD = "docker/debian-packages.txt", "docker/debian-build-packages.txt"
REMEDY = "Read the lines above; `make image` tries it again."


@dataclass(frozen=True, kw_only=True)
class Image:
    """One build: what identifies its content, wherever and whenever it was built."""

    id: str
    manifest_digest: str
    archive: Path


@dataclass(frozen=True, kw_only=True)
class Ingredients:
    """Everything that was fetched, so that a second build needs nobody."""

    context: Path
    wheelhouse: Path
    runtime_debs: tuple[Path, ...]
    build_debs: tuple[Path, ...]


def fetch_debian(*, workplace: Workplace) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Fetch the packages of the image and of its build stage; raises StageFailed."""
    state = workplace.directory("apt")
    found = []
    for name in (RUNTIME, BUILD):
        packages = rootfs.packages_of(ROOT / name)
        debs = workplace.directory(Path(name).stem)
        found.append(tuple(rootfs.download(packages=packages, state=state, debs=debs)))
    return found[0], found[1]


def build(*, source: Source, ingredients: Ingredients, workplace: Workplace, archive: Path) -> Image:
    """Build in an engine without images, network or memory of an earlier build; raises StageFailed."""
    engine = workplace.engine
    engine.prepare()
    base, build_base = f"{NAME}-base", f"{NAME}-build"
    _make_base(base, debs=ingredients.runtime_debs, source=source, workplace=workplace)
    everything = (*ingredients.runtime_debs, *ingredients.build_debs)
    _make_base(build_base, debs=everything, source=source, workplace=workplace)
    tag = f"{NAME}:{source.version}"
    arguments = {
        "BASE": base, "BUILD_BASE": build_base, "SOURCE_DATE_EPOCH": str(source.committed_at_epoch),
        "VERSION": source.version, "REVISION": source.revision, "CREATED": source.created,
        "UV_OFFLINE": "true", "PIP_NO_INDEX": "true",
    }  # fmt: skip
    engine.run(
        "buildah", "bud", "--quiet", "--isolation=oci", "--network=none", "--pull-never", "--format=oci",
        "--signature-policy", engine.policy, f"--timestamp={source.committed_at_epoch}",
        "--identity-label=false", "--layers=false", "--build-context", f"wheelhouse={ingredients.wheelhouse}",
        *(f"--build-arg={name}={value}" for name, value in arguments.items()),
        "--file", ingredients.context / "docker" / "Dockerfile", "--tag", tag, ingredients.context,
        remedy=REMEDY,
    )  # fmt: skip
    return _archive(tag, engine=engine, archive=archive)


def _make_base(name: str, *, debs: Iterable[Path], source: Source, workplace: Workplace) -> None:
    """Make a base image of packages alone: what a registry would be asked for elsewhere."""
    engine, root = workplace.engine, workplace.directory("root")
    rootfs.lay_out(debs=debs, root=root)
    container = engine.run("buildah", "from", "scratch", remedy=REMEDY).strip()
    engine.run("buildah", "add", "--quiet", container, root, "/", remedy=REMEDY)
    engine.run(
        "buildah", "commit", "--quiet", "--rm", "--identity-label=false", "--signature-policy", engine.policy,
        "--timestamp", str(source.committed_at_epoch), container, name, remedy=REMEDY,
    )  # fmt: skip


def _archive(tag: str, *, engine: Engine, archive: Path) -> Image:
    """Write the image to one file and read from it what identifies it."""
    archive.unlink(missing_ok=True)
    policy = f"--policy={engine.policy}"
    target = f"oci-archive:{archive}:{tag.rpartition('/')[2]}"
    engine.run("skopeo", policy, "copy", "--quiet", f"containers-storage:{tag}", target, remedy=REMEDY)
    return read(archive=archive, engine=engine)


def read(*, archive: Path, engine: Engine) -> Image:
    """Read id and manifest digest out of an archive; raises StageFailed."""
    raw = engine.run("skopeo", "inspect", "--raw", f"oci-archive:{archive}", remedy=REMEDY)
    digest = f"sha256:{hashlib.sha256(raw.encode()).hexdigest()}"
    return Image(id=json.loads(raw)["config"]["digest"], manifest_digest=digest, archive=archive)


def require_same(first: Image, second: Image) -> None:
    """Check that two builds of one source are one image; raises StageFailed with what differs."""
    if (first.id, first.manifest_digest) != (second.id, second.manifest_digest):
        raise StageFailed(
            f"Two builds of one commit differ: {first.id} and {second.id}. Unpack {first.archive} and "
            f"{second.archive} and compare the layers: a step of the build asks for time or order."
        )


def extract_site(*, image: Image, workplace: Workplace) -> Path:
    """Copy the Python packages out of an image of this engine, for those who list or compare them."""
    engine, target = workplace.engine, workplace.directory("site")
    container = engine.run("buildah", "from", "--pull-never", image.id, remedy=REMEDY).strip()
    mounted = engine.run("buildah", "mount", container, remedy=REMEDY).strip()
    shutil.copytree(Path(mounted) / "app" / "site", target, dirs_exist_ok=True)
    engine.run("buildah", "rm", container, remedy=REMEDY)
    return target
