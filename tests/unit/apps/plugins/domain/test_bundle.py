# SPDX-License-Identifier: Apache-2.0
"""A bundle has one form: what any program could read otherwise is refused."""

import io
import struct
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.plugins.domain.bundle import (
    ATTESTATION,
    BILL,
    BUNDLE_BYTES_MAX,
    COMPONENT,
    MANIFEST,
    MEMBERS_MAX,
    pack_bundle,
    unpack_bundle,
)
from apps.plugins.domain.errors import BundleMustBeCanonical
from tests.factories.plugin_bundles import WHOLE, directory_of, patched, zipped

ENTRIES = sorted(WHOLE.items())
BUNDLE = pack_bundle(WHOLE)
DIRECTORY = directory_of(BUNDLE)
SECOND = 30 + len(ATTESTATION) + len(WHOLE[ATTESTATION])
ONLY_FORM = "the members in their only form"

TAMPERED = {
    "member_more": zipped([*ENTRIES, ("z.txt", b"")]),
    "member_more_first": zipped([("a.txt", b""), *ENTRIES]),
    "member_less": zipped(ENTRIES[:-1]),
    "member_less_first": zipped(ENTRIES[1:]),
    "no_member": zipped([]),
    "name_twice": zipped([*ENTRIES, ENTRIES[0]]),
    "name_twice_in_a_row": zipped([ENTRIES[0], *ENTRIES]),
    "name_that_climbs": zipped([(f"../{ATTESTATION}", b"[]"), *ENTRIES[1:]]),
    "name_from_the_root": zipped([(f"/{ATTESTATION}", b"[]"), *ENTRIES[1:]]),
    "name_of_a_directory": zipped([*ENTRIES, ("x/", b"")]),
    "name_with_backslashes": zipped([(f"..\\{ATTESTATION}", b"[]"), *ENTRIES[1:]]),
    "name_in_capitals": zipped([(name.upper(), content) for name, content in ENTRIES]),
    "name_with_a_look_alike": zipped([("\u0430ttestation.dsse.json", b"[]"), *ENTRIES[1:]]),
    "names_in_another_order": zipped(reversed(ENTRIES)),
    "symbolic_link": zipped(external_attr=0o120777 << 16),
    "executable": zipped(external_attr=0o100755 << 16),
    "written_by_windows": zipped(create_system=0),
    "compressed": zipped(compress_type=zipfile.ZIP_DEFLATED),
    "compressed_otherwise": zipped(compress_type=zipfile.ZIP_LZMA),
    "other_date": zipped(date_time=(2026, 1, 1, 0, 0, 0)),
    "extra_field": zipped(extra=struct.pack("<HH4s", 0xCAFE, 4, b"evil")),
    "extra_field_of_zip64": zipped(extra=struct.pack("<HHQQ", 1, 16, 4, 4)),
    "comment": zipped(comment=b"hello"),
    "comment_of_a_member": patched(BUNDLE, DIRECTORY + 32, "H", 1),
    "byte_before": b"\0" + BUNDLE,
    "program_before": b"#!/bin/sh\n" + BUNDLE,
    "byte_behind": BUNDLE + b"\0",
    "bundle_behind": BUNDLE + BUNDLE,
    "bundle_in_the_comment_of_another": zipped(comment=BUNDLE),
    "end_record_twice": BUNDLE + BUNDLE[-22:],
    "cut_in_the_directory": BUNDLE[:-30],
    "cut_in_a_member": BUNDLE[: SECOND + 10],
    "encrypted_flag": patched(BUNDLE, 6, "H", 1),
    "encrypted_flag_in_the_directory": patched(BUNDLE, DIRECTORY + 8, "H", 1),
    "utf_8_flag": patched(BUNDLE, 6, "H", 0x800),
    "data_descriptor": patched(BUNDLE, 6, "H", 8),
    "data_descriptor_without_sizes": patched(patched(BUNDLE, 6, "H", 8), 14, "LLL", 0, 0, 0),
    "compressed_in_the_header_only": patched(BUNDLE, 8, "H", 8),
    "compressed_in_the_directory_only": patched(BUNDLE, DIRECTORY + 10, "H", 8),
    "other_checksum": patched(BUNDLE, 14, "L", 0),
    "other_checksum_in_the_directory": patched(BUNDLE, DIRECTORY + 16, "L", 0),
    "larger_in_the_header": patched(BUNDLE, 18, "LL", 3, 3),
    "larger_unpacked_in_the_header": patched(BUNDLE, 22, "L", 60 << 10),
    "larger_unpacked_in_the_directory": patched(BUNDLE, DIRECTORY + 24, "L", 60 << 10),
    "smaller_in_the_directory": patched(BUNDLE, DIRECTORY + 20, "LL", 1, 1),
    "sizes_of_zip64": patched(BUNDLE, 18, "LL", 0xFFFFFFFF, 0xFFFFFFFF),
    "sizes_of_zip64_in_the_directory": patched(BUNDLE, DIRECTORY + 20, "LL", 0xFFFFFFFF, 0xFFFFFFFF),
    "members_that_overlap": patched(BUNDLE, DIRECTORY + 42, "L", SECOND),
    "other_name_in_the_directory": BUNDLE.replace(b"plugin.yaml", b"plugin.yamL").replace(
        b"plugin.yamL", b"plugin.yaml", 1
    ),
    "other_name_in_the_header": BUNDLE.replace(b"plugin.yaml", b"plugin.yamL", 1),
    "fewer_in_the_end_record": patched(BUNDLE, len(BUNDLE) - 14, "HH", 3, 3),
    "other_disk": patched(BUNDLE, len(BUNDLE) - 18, "HH", 1, 1),
    "directory_elsewhere": patched(BUNDLE, len(BUNDLE) - 6, "L", DIRECTORY - 1),
    "end_record_of_zip64": BUNDLE[:-22]
    + struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 4, 4, len(BUNDLE) - 22 - DIRECTORY, DIRECTORY)
    + struct.pack("<4sLQL", b"PK\6\7", 0, len(BUNDLE) - 22, 1)
    + BUNDLE[-22:],
    "not_a_zip": b"plugin",
    "nothing": b"",
    "end_record_only": BUNDLE[-22:],
    "gzip": b"\x1f\x8b\x08" + BUNDLE,
}

OTHER_FORM = (ONLY_FORM, "other bytes in or around them")
ANOTHER_NAME = "{}, of attestation.dsse.json, component.wasm, plugin.yaml, sbom.cdx.json"
# What no header of a member shows is no member's: packing them again gives other bytes.
TOLD_BY_A_HEADER = {
    "member_more_first": (ANOTHER_NAME.format(ATTESTATION), "'a.txtPK"),
    "member_less": (f"a ZIP file with {BILL}", "other bytes"),
    "member_less_first": (ANOTHER_NAME.format(ATTESTATION), "'component.wasm"),
    "no_member": (f"a ZIP file with {ATTESTATION}", "its end"),
    "name_twice_in_a_row": (ANOTHER_NAME.format(COMPONENT), "'attestation.ds'"),
    "name_that_climbs": (ANOTHER_NAME.format(ATTESTATION), "'../attestation.dsse.j'"),
    "name_from_the_root": (ANOTHER_NAME.format(ATTESTATION), "'/attestation.dsse.jso'"),
    "name_with_backslashes": (ANOTHER_NAME.format(ATTESTATION), r"'..\\attestation.dsse.j'"),
    "name_in_capitals": (ANOTHER_NAME.format(ATTESTATION), "'ATTESTATION.DSSE.JSON'"),
    "name_with_a_look_alike": (ANOTHER_NAME.format(ATTESTATION), r"'\xd0\xb0ttestation.dsse.jso'"),
    "names_in_another_order": (ANOTHER_NAME.format(ATTESTATION), "'sbom.cdx.json"),
    "compressed": (f"a ZIP file with {COMPONENT}", "other bytes"),
    "compressed_otherwise": (f"a ZIP file with {COMPONENT}", "other bytes"),
    "extra_field": (f"a ZIP file with {COMPONENT}", "other bytes"),
    "extra_field_of_zip64": (f"a ZIP file with {COMPONENT}", "other bytes"),
    "byte_before": (f"a ZIP file with {ATTESTATION}", "other bytes"),
    "program_before": (f"a ZIP file with {ATTESTATION}", "other bytes"),
    "cut_in_a_member": (f"a ZIP file with {COMPONENT}", "its end"),
    "data_descriptor_without_sizes": (f"a ZIP file with {COMPONENT}", "other bytes"),
    "larger_in_the_header": (f"a ZIP file with {COMPONENT}", "other bytes"),
    "larger_unpacked_in_the_header": (f"a ZIP file with {COMPONENT}", "its end"),
    "sizes_of_zip64": (f"at most 65536 bytes of {ATTESTATION}", "4294967295"),
    "other_name_in_the_header": (ANOTHER_NAME.format(MANIFEST), "'plugin.yamL'"),
    "not_a_zip": (f"a ZIP file with {ATTESTATION}", "its end"),
    "nothing": (f"a ZIP file with {ATTESTATION}", "its end"),
    "end_record_only": (f"a ZIP file with {ATTESTATION}", "its end"),
    "gzip": (f"a ZIP file with {ATTESTATION}", "other bytes"),
}


def refusal_of(untrusted_bundle: bytes) -> tuple[str, str]:
    with pytest.raises(BundleMustBeCanonical) as refused:
        unpack_bundle(untrusted_bundle)
    evidence = refused.value.evidence
    assert evidence["object"] == "bundle"
    assert refused.value.message == f"Bundle: expected {evidence['expected']}, got {evidence['got']}."
    assert refused.value.message.isprintable()
    return evidence["expected"], evidence["got"]


class TestPackBundle:
    def test_gives_what_unpacks_to_the_same_members(self) -> None:
        assert unpack_bundle(BUNDLE) == WHOLE

    def test_gives_the_same_bytes_in_whatever_order_members_come(self) -> None:
        assert pack_bundle(dict(reversed(ENTRIES))) == BUNDLE

    def test_gives_a_file_that_any_program_reads(self) -> None:
        with zipfile.ZipFile(io.BytesIO(BUNDLE)) as archive:
            assert archive.testzip() is None
            assert {name: archive.read(name) for name in archive.namelist()} == WHOLE
            assert archive.namelist() == [ATTESTATION, COMPONENT, MANIFEST, BILL]

    @settings(max_examples=50, deadline=None)
    @given(contents=st.lists(st.binary(max_size=60), min_size=4, max_size=4))
    def test_takes_any_bytes_as_members(self, contents: list[bytes]) -> None:
        members = dict(zip(MEMBERS_MAX, contents, strict=True))
        assert unpack_bundle(pack_bundle(members)) == members

    @pytest.mark.parametrize("content", [BUNDLE, BUNDLE[-22:], b"PK\3\4", b"PK\5\6" * 20, b""])
    def test_takes_members_that_look_like_a_zip(self, content: bytes) -> None:
        members = {**WHOLE, BILL: content}
        assert unpack_bundle(pack_bundle(members)) == members


class TestUnpackBundle:
    @pytest.mark.parametrize("name", TAMPERED)
    def test_refuses_another_form(self, name: str) -> None:
        expected, got = TOLD_BY_A_HEADER.get(name, OTHER_FORM)
        told = refusal_of(TAMPERED[name])
        assert (told[0], told[1][: len(got)]) == (expected, got)

    def test_is_asked_of_as_many_forms_as_are_named_here(self) -> None:
        assert TAMPERED.keys() >= TOLD_BY_A_HEADER.keys()
        assert len({*TAMPERED.values(), BUNDLE}) == len(TAMPERED) + 1

    @pytest.mark.parametrize(
        ("name", "told"),
        [
            ("nothing", (f"a ZIP file with {ATTESTATION}", "its end")),
            ("byte_before", (f"a ZIP file with {ATTESTATION}", "other bytes")),
            ("member_less", ("a ZIP file with sbom.cdx.json", "other bytes")),
            (
                "name_that_climbs",
                (
                    f"{ATTESTATION}, of attestation.dsse.json, component.wasm, plugin.yaml, sbom.cdx.json",
                    "'../attestation.dsse.j'",
                ),
            ),
            ("sizes_of_zip64", (f"at most 65536 bytes of {ATTESTATION}", "4294967295")),
            ("byte_behind", (ONLY_FORM, "other bytes in or around them")),
            ("symbolic_link", (ONLY_FORM, "other bytes in or around them")),
        ],
    )
    def test_tells_what_was_expected(self, name: str, told: tuple[str, str]) -> None:
        assert refusal_of(TAMPERED[name]) == told

    @pytest.mark.parametrize("name", [MANIFEST, BILL, ATTESTATION])
    def test_refuses_a_member_that_is_one_byte_too_large(self, name: str) -> None:
        most = MEMBERS_MAX[name]
        assert len(unpack_bundle(pack_bundle({**WHOLE, name: bytes(most)}))[name]) == most
        told = refusal_of(pack_bundle({**WHOLE, name: bytes(most + 1)}))
        assert told == (f"at most {most} bytes of {name}", str(most + 1))

    def test_refuses_a_file_that_is_too_large_before_it_looks_at_it(self) -> None:
        told = refusal_of(bytes(BUNDLE_BYTES_MAX + 1))
        assert told == (f"at most {BUNDLE_BYTES_MAX} bytes", str(BUNDLE_BYTES_MAX + 1))

    def test_takes_no_room_for_a_member_that_says_it_is_large(self) -> None:
        lying = patched(BUNDLE, SECOND + 18, "LL", MEMBERS_MAX[COMPONENT], MEMBERS_MAX[COMPONENT])
        tracemalloc.start()
        told = refusal_of(lying)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert told == (f"a ZIP file with {MANIFEST}", "its end")
        assert peak < 100_000

    def test_does_not_read_a_directory_of_many_names(self) -> None:
        entry = BUNDLE[DIRECTORY : DIRECTORY + 46] + b"a"
        directory = patched(entry, 28, "H", 1) * 200_000
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 4, 4, len(directory), DIRECTORY, 0)
        bomb = BUNDLE[:DIRECTORY] + directory + end
        began = time.perf_counter()
        assert refusal_of(bomb) == (ONLY_FORM, "other bytes in or around them")
        assert time.perf_counter() - began < 0.5

    @pytest.mark.parametrize("bits", [0x01, 0x20, 0x80, 0xFF])
    def test_refuses_a_change_of_any_byte(self, bits: int) -> None:
        tampered = bytearray(BUNDLE)
        for at in range(len(BUNDLE)):
            tampered[at] ^= bits
            with pytest.raises(BundleMustBeCanonical):
                unpack_bundle(bytes(tampered))
            tampered[at] ^= bits

    def test_refuses_the_loss_of_any_byte(self) -> None:
        for at in range(len(BUNDLE)):
            with pytest.raises(BundleMustBeCanonical):
                unpack_bundle(BUNDLE[:at] + BUNDLE[at + 1 :])

    @settings(max_examples=100, deadline=None)
    @given(
        at=st.integers(0, len(BUNDLE)),
        length=st.integers(0, 40),
        piece=st.binary(max_size=40) | st.just(BUNDLE),
    )
    def test_reads_nothing_near_a_bundle(self, at: int, length: int, piece: bytes) -> None:
        near = BUNDLE[:at] + piece + BUNDLE[at + length :]
        try:
            members = unpack_bundle(near)
        except BundleMustBeCanonical:
            return
        assert pack_bundle(members) == near
