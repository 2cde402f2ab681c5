# SPDX-License-Identifier: Apache-2.0
"""The automated checks of one submission, in order; what is cheap and runs nothing comes first."""

from collections.abc import Callable
from importlib.metadata import version

from semver import Version

from apps.plugins.adapters.reviewing.check_build import check_build, check_runs
from apps.plugins.adapters.reviewing.check_sources import (
    check_bill,
    check_licence,
    check_manifest,
    check_secrets,
    compare_rights,
    read_sources_apart,
)
from apps.plugins.adapters.signing.signed_bundle import unsigned_bundle
from apps.plugins.domain.bundle import BILL, COMPONENT, MANIFEST
from apps.plugins.domain.manifest import Manifest
from apps.plugins.domain.marketplace.checks import NAMES, Checked, could_not
from apps.plugins.domain.marketplace.source_archive import python_files, unpack_sources
from apps.plugins.domain.read_manifest import read_manifest

_NOT_BUILT = "It was not built, since a check before failed."
Progress = Callable[[int, str], None]


def check_submission(*, archive: bytes, before: Manifest | None, progress: Progress) -> Checked:
    """Make every check; `progress` is told how many are done, and what comes next, and may raise."""
    members = unpack_sources(archive)
    manifest, sources = read_manifest(members[MANIFEST]), python_files(members)
    done = Checked()
    running = Version.parse(version("codexion-cortex"))
    bill = check_bill(manifest=manifest, sources=sources)
    progress(0, "reads the sources")
    done.results += [
        check_manifest(manifest=manifest, running=running),
        check_licence(manifest=manifest),
        bill[0],
        check_secrets(members=members),
        *read_sources_apart(archive=archive),
        compare_rights(manifest=manifest, before=before),
    ]
    progress(len(done.results), "builds the component")
    if done.has_failed:
        done.results += [could_not(name, _NOT_BUILT) for name in NAMES[len(done.results) :]]
        return done
    result, component = check_build(manifest=manifest, sources=sources)
    done.results.append(result)
    progress(len(done.results), "calls each handler")
    if component is None:
        done.results += [could_not(name, "There is no component.") for name in NAMES[len(done.results) :]]
        return done
    done.results += check_runs(manifest=manifest, component=component)
    done.bundle = unsigned_bundle(members={MANIFEST: members[MANIFEST], BILL: bill[1], COMPONENT: component})
    return done
