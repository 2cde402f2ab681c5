# SPDX-License-Identifier: Apache-2.0
"""A whole manifest reads to exact values, and its schema is one that editors understand."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from semver import Version

from apps.plugins.domain.errors import ManifestMustBeWellFormed, PluginMustFitThisRelease
from apps.plugins.domain.limits import Limits
from apps.plugins.domain.manifest import DataScope, Endpoint, Job, Manifest
from apps.plugins.domain.read_manifest import manifest_schema, read_manifest
from apps.plugins.domain.setting import Setting, default_values
from apps.plugins.domain.version_range import VersionRange
from tests.factories.plugin_manifests import FULL, LEAST, changed, parts

SETTINGS = {
    "window": Setting(
        name="window",
        title="Days to look back",
        type="integer",
        description="Older entries are not compared.",
        required=True,
        default=30,
        minimum=1,
        maximum=365,
    ),
    "mode": Setting(
        name="mode",
        title="Mode",
        type="string",
        default="strict",
        choices=("strict", "loose"),
        length_max=10,
    ),
    "tells": Setting(name="tells", title="Tells by mail", type="boolean", default=False),
    "accounts": Setting(name="accounts", title="Accounts", type="list", default=["1000", "2000"]),
}
READ = Manifest(
    id="com.example.duplicate-guard",
    version=Version(1, 2, 3, "rc.1"),
    cortex=VersionRange(">=0.1.0 <2.0.0"),
    name="Duplicate guard",
    description="Flags entries that look\nlike one posted before.\n",
    publisher="com.example",
    licence="Apache-2.0 OR MIT",
    support="https://example.com/support",
    events={"accounting.journal_entry.posted.v1": "on_posted"},
    endpoints=(
        Endpoint("GET", "findings", "on_findings"),
        Endpoint("POST", "findings/close", "on_close"),
    ),
    jobs=(Job("nightly", "0 2 * * *", "on_night"),),
    validators={"accounting.journal_entry.post": "on_post"},
    data=(
        DataScope("accounting.journal_entry", ("read", "flag"), ("id", "number")),
        DataScope("accounting.account", ("propose",)),
    ),
    published=("com.example.duplicate_guard.found.v1",),
    storage_kib=64,
    hosts=("api.example.com",),
    secrets=("api-token",),
    limits=Limits(500, 100_000_000, 32 << 20, 2048, 3072, 0, 4096),
    settings=SETTINGS,
    translations={"fr": {"name": "Garde des doublons", "settings.window.title": "Jours"}},
)


def schemas_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from schemas_in(each)


class TestManifest:
    def test_reads_to_exact_values(self) -> None:
        assert read_manifest(FULL.encode()) == READ

    def test_reads_the_least_with_nothing_granted_and_the_usual_limits(self) -> None:
        least = read_manifest(LEAST.encode())
        assert (least.data, least.published, least.storage_kib, least.limits) == ((), (), 0, Limits())
        assert least.interfaces == {"logging"}

    def test_is_the_same_with_windows_line_ends(self) -> None:
        assert read_manifest(FULL.replace("\n", "\r\n").encode()) == READ

    def test_is_the_same_in_whatever_order_its_members_stand(self) -> None:
        assert read_manifest("".join(reversed(parts(FULL).values())).encode()) == READ

    def test_names_each_function_that_the_host_may_call(self) -> None:
        assert READ.handlers == {"on_posted", "on_findings", "on_close", "on_night", "on_post"}

    def test_needs_the_interfaces_of_its_capabilities_and_no_other(self) -> None:
        assert READ.interfaces == {"logging", "data", "events", "store", "commands", "http"}
        without = read_manifest(changed("  storage_kib: 64\n  http: [api.example.com]\n", ""))
        assert without.interfaces == {"logging", "data", "events", "commands"}
        only_reads = changed("    - {entity: accounting.account, verbs: [propose]}\n", "").decode()
        only_reads = changed("verbs: [read, flag]", "verbs: [read]", text=only_reads).decode()
        assert read_manifest(only_reads.encode()).interfaces == READ.interfaces - {"commands"}

    def test_works_out_what_it_grants_once(self) -> None:
        """Each request of each call is held against it."""
        manifest = read_manifest(FULL.encode())
        assert manifest.capabilities is manifest.capabilities
        assert manifest.interfaces is manifest.interfaces

    def test_gives_a_company_that_set_nothing_its_defaults(self) -> None:
        assert default_values(READ.settings) == {
            "window": 30,
            "mode": "strict",
            "tells": False,
            "accounts": ["1000", "2000"],
        }

    def test_is_refused_on_a_release_outside_its_range(self) -> None:
        READ.require_release(Version(1, 9, 9))
        with pytest.raises(PluginMustFitThisRelease) as refused:
            READ.require_release(Version(2, 0, 0))
        assert refused.value.message == (
            "Plugin com.example.duplicate-guard 1.2.3-rc.1 is for Cortex >=0.1.0 <2.0.0; this is 2.0.0."
        )
        assert refused.value.evidence == {
            "object": "com.example.duplicate-guard",
            "expected": ">=0.1.0 <2.0.0",
            "got": "2.0.0",
            "remedy": "Take a version of the plugin that names this release.",
        }


class TestLimits:
    def test_are_scaled_from_the_units_that_people_write(self) -> None:
        assert Limits.of_manifest({"fuel_millions": 10, "memory_mib": 24, "host_kib": 1}) == Limits(
            fuel=10_000_000, memory_bytes=25_165_824, host_bytes=1024
        )

    @pytest.mark.parametrize(
        ("name", "least", "most"),
        [
            ("milliseconds", 10, 30_000),
            ("fuel_millions", 10, 100_000),
            ("memory_mib", 24, 256),
            ("input_kib", 1, 4096),
            ("output_kib", 1, 4096),
            ("host_calls", 0, 10_000),
            ("host_kib", 1, 65_536),
        ],
    )
    def test_have_bounds_that_no_manifest_leaves(self, name: str, least: int, most: int) -> None:
        for value in (least, most):
            read = read_manifest(f"{LEAST}limits: {{{name}: {value}}}\n".encode())
            assert read.limits == Limits.of_manifest({name: value})
        for value, rule in ((least - 1, f"minimum {least}"), (most + 1, f"maximum {most}")):
            with pytest.raises(ManifestMustBeWellFormed) as refused:
                read_manifest(f"{LEAST}limits: {{{name}: {value}}}\n".encode())
            assert refused.value.evidence == {
                "object": "manifest",
                "place": f"limits.{name}",
                "line": 13,
                "expected": rule,
                "got": str(value),
            }


class TestSchema:
    def test_is_a_valid_one_of_2020_12(self) -> None:
        schema = manifest_schema()
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
        assert schema["$id"] == "urn:cortex:plugin-manifest:1"

    def test_lets_no_object_have_members_that_it_does_not_name(self) -> None:
        objects = [each for each in schemas_in(manifest_schema()) if each.get("type") == "object"]
        assert len(objects) == 13
        assert [each for each in objects if "additionalProperties" not in each] == []

    def test_holds_every_text_against_a_pattern_from_its_first_to_its_last_character(self) -> None:
        patterns = [each["pattern"] for each in schemas_in(manifest_schema()) if "pattern" in each]
        assert len(patterns) == 13
        assert [each for each in patterns if not re.fullmatch(r"\^[^$]*\$", each)] == []

    def test_is_read_afresh_so_that_nobody_changes_the_one_in_use(self) -> None:
        manifest_schema()["properties"].clear()
        assert json.dumps(manifest_schema()["required"]) == json.dumps(list(parts()))
