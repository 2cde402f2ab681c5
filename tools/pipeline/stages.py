# SPDX-License-Identifier: Apache-2.0
"""What each stage of the pipeline does. Each stands on the files that the one before it left in dist/."""

import json
from pathlib import Path

from tools.checks.tracked import ROOT
from tools.pipeline import bills, image, rootfs, source, trial, wheelhouse, wheels
from tools.pipeline.image import Image, Ingredients
from tools.pipeline.programs import StageFailed, run
from tools.pipeline.report import Report
from tools.pipeline.workplace import Workplace

RECORD = "image.json"
PYTEST = ROOT / ".venv" / "bin" / "pytest"
# How things are set up and built, here and elsewhere; checked without asking anybody.
SCRIPTS = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "tools").rglob("*.sh"))
RECIPES = (
    ("hadolint", "docker/Dockerfile"),
    ("shellcheck", *SCRIPTS, ".ci/run"),
    ("zizmor", "--offline", "--quiet", ".github/workflows"),
    ("check-jsonschema", "--builtin-schema", "vendor.github-workflows", ".github/workflows/ci.yml"),
    ("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", ".gitlab-ci.yml"),
)
CHECKS_REMEDY = "Read the lines above; `make lint typecheck` shows all of them."
TESTS_REMEDY = "Read the lines above; `make test-fast` shows all of them."


def lint(workplace: Workplace, report: Report) -> None:
    """Check rules, format, boundaries, headers, sizes, secrets, types, and the recipes of image and CI."""
    run(["make", "--no-print-directory", "lint", "typecheck"], directory=ROOT, remedy=CHECKS_REMEDY)
    for tool, *words in RECIPES:
        run([ROOT / ".venv" / "bin" / tool, *words], directory=ROOT, remedy=f"Correct {words[-1]}.")
    report.found("rules, boundaries, types and secrets; Dockerfile, scripts and workflows: clean")


def unit(workplace: Workplace, report: Report) -> None:
    """Run the unit tests and those of the architecture."""
    words = ["-q", "-n", "2", "-m", "not soak and not journey", "tests/unit", "tests/architecture"]
    output = run([PYTEST, *words], directory=ROOT, remedy=TESTS_REMEDY)
    report.found(output.strip().splitlines()[-1].strip("= "))


def build(workplace: Workplace, report: Report) -> None:
    """Build wheel and source distribution of the commit, twice, and fetch what the image is made of."""
    commit = source.head()
    forgotten = source.uncommitted()
    if forgotten:
        report.found(f"built is the commit; {len(forgotten)} changed files are not in it: {forgotten[0]}, …")
    source.export(into=workplace.directory("context"))
    workplace.dist.mkdir(exist_ok=True)
    names = wheels.build_twice(source=commit, workplace=workplace)
    report.found(f"{', '.join(names)}: the same bytes twice")
    runtime, _ = image.fetch_debian(workplace=workplace)
    fetched = wheelhouse.fill(
        wheelhouse=workplace.directory("wheelhouse"), python=wheelhouse.python_of(runtime)
    )
    report.found(
        f"fetched {len(runtime)} Debian packages and {fetched} wheels, each checked against its digest"
    )


def package(workplace: Workplace, report: Report) -> None:
    """Build the image twice, check that both are one, and write its bills of materials."""
    commit, ingredients = source.head(), _ingredients(workplace)
    first = _build(workplace, workplace.dist / f"codexion-cortex-{commit.version}.oci.tar")
    again = _build(workplace, workplace.scratch / "again.oci.tar")
    image.require_same(first, again)
    again.archive.unlink()
    report.found(
        f"{first.archive.name}, {first.archive.stat().st_size // 1_000_000} MB, built twice: {first.id}"
    )
    site = image.extract_site(image=first, workplace=workplace)
    wheels.require_installed(site=site, dist=workplace.dist)
    _write_bills(first, site=site, ingredients=ingredients, workplace=workplace, report=report)
    inventory = rootfs.inventory(ingredients.runtime_debs)
    (workplace.dist / "debian-packages.txt").write_text(inventory, encoding="utf-8")
    facts = {
        "image": first.id,
        "manifest": first.manifest_digest,
        "archive": first.archive.name,
        "version": commit.version,
        "revision": commit.revision,
        "created": commit.created,
    }
    (workplace.dist / RECORD).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def deploy(workplace: Workplace, report: Report) -> None:
    """Start the image for real, keep books with it, and take it down."""
    record = workplace.dist / RECORD
    if not record.exists():
        raise StageFailed(f"{record} is missing. Run the stages before: make pipeline, or make image.")
    facts = json.loads(record.read_text(encoding="utf-8"))
    found = Image(
        id=facts["image"], manifest_digest=facts["manifest"], archive=workplace.dist / facts["archive"]
    )
    trial.try_image(image=found, workplace=workplace, say=report.found)


def _build(workplace: Workplace, archive: Path) -> Image:
    return image.build(
        source=source.head(), ingredients=_ingredients(workplace), workplace=workplace, archive=archive
    )


def _ingredients(workplace: Workplace) -> Ingredients:
    """Find what the stage before fetched."""
    runtime, build_stage = (
        tuple(sorted((workplace.scratch / Path(name).stem).glob("*.deb")))
        for name in (image.RUNTIME, image.BUILD)
    )
    context = workplace.scratch / "context"
    if not (runtime and build_stage and workplace.wheelhouse.is_dir() and context.is_dir()):
        raise StageFailed("Nothing was fetched. Run the stage before in the same run: make image.")
    return Ingredients(
        context=context, wheelhouse=workplace.wheelhouse, runtime_debs=runtime, build_debs=build_stage
    )


def _write_bills(
    built: Image, *, site: Path, ingredients: Ingredients, workplace: Workplace, report: Report
) -> None:
    python_bill, image_bill = (workplace.dist / f"{name}.cdx.json" for name in ("python", "image"))
    scratch = workplace.directory("bill")
    bills.write_python_bill(site=site, scratch=scratch, source=source.head(), target=python_bill)
    bills.write_image_bill(archive=built.archive, target=image_bill)
    pins = wheelhouse.released_pins(python=wheelhouse.python_of(ingredients.runtime_debs))
    for bill in (python_bill, image_bill):
        bills.check_schema(bill)
        count = bills.require_pins(bills.components(bill, kind="pypi"), pins=pins, bill=bill.name)
        report.found(f"{bill.name}: {count} Python packages, those of the lock")
    packages = rootfs.packages_of(ROOT / image.RUNTIME)
    count = bills.require_debs(
        bills.components(image_bill, kind="deb"), packages=packages, bill=image_bill.name
    )
    report.found(f"{image_bill.name}: {count} Debian packages, those of docker/debian-packages.txt")
