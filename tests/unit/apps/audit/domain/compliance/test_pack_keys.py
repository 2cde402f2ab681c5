# SPDX-License-Identifier: Apache-2.0
"""A pack counts by the signature of a trusted key over its very text."""

from pathlib import Path

import pytest

from apps.audit.adapters.compliance.pack_signing import new_key, signed_note
from apps.audit.adapters.compliance.shipped_packs import SHIPPED_KEYS, shipped_packs
from apps.audit.domain.compliance.errors import PackKeyMustBeWellFormed, PackMustBeSigned
from apps.audit.domain.compliance.pack_keys import keys_of_text, note_text, signer_of
from apps.audit.domain.compliance.pack_schema import pack_of_text
from apps.audit.domain.compliance.probe import all_probes, probe_named
from tests.unit.apps.audit.domain.compliance.test_pack_schema import PACK

NAME = "packs.example.com"


class TestSignedPack:
    def test_is_taken_with_the_signature_of_a_trusted_key(self, tmp_path: Path) -> None:
        pack, path = pack_of_text(PACK), tmp_path / "key"
        key = new_key(name=NAME, path=path)
        note = signed_note(pack=pack, name=NAME, path=path)
        assert signer_of(pack=pack, note=note, keys=[key]) == NAME
        assert note.startswith(note_text(pack))
        assert path.stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("change", [("P90D", "P900D"), ("1.2.3", "1.2.4"), ("pack: demo", "pack: other")])
    def test_is_refused_once_anything_of_it_changed(self, tmp_path: Path, change: tuple[str, str]) -> None:
        path = tmp_path / "key"
        key = new_key(name=NAME, path=path)
        note = signed_note(pack=pack_of_text(PACK), name=NAME, path=path)
        with pytest.raises(PackMustBeSigned, match="another pack, version or digest"):
            signer_of(pack=pack_of_text(PACK.replace(*change)), note=note, keys=[key])

    def test_is_refused_with_the_signature_of_a_stranger(self, tmp_path: Path) -> None:
        pack = pack_of_text(PACK)
        trusted = new_key(name=NAME, path=tmp_path / "ours")
        new_key(name=NAME, path=tmp_path / "theirs")
        note = signed_note(pack=pack, name=NAME, path=tmp_path / "theirs")
        for given in (note, "no note", note_text(pack)):
            with pytest.raises(PackMustBeSigned):
                signer_of(pack=pack, note=given, keys=[trusted])


class TestKeys:
    def test_are_refused_with_their_line(self) -> None:
        with pytest.raises(PackKeyMustBeWellFormed, match="line 2"):
            keys_of_text("# ours\nno key\n")

    def test_that_cosign_sign_no_pack(self) -> None:
        witness = "w.example+c1ba8f0f+BCzqa9Z1xo4XmnlWIjOdOMEJTkPMVgLKQX2sFbDU2X2R"
        with pytest.raises(PackKeyMustBeWellFormed):
            keys_of_text(witness)

    def test_are_never_written_over_another(self, tmp_path: Path) -> None:
        new_key(name=NAME, path=tmp_path / "key")
        with pytest.raises(PackKeyMustBeWellFormed):
            new_key(name=NAME, path=tmp_path / "key")

    def test_of_another_kind_sign_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "key").write_text("no key")
        with pytest.raises(PackKeyMustBeWellFormed):
            signed_note(pack=pack_of_text(PACK), name=NAME, path=tmp_path / "key")


class TestShippedPacks:
    @pytest.mark.parametrize(("name", "controls"), [("soc2-2017-rev2022", 61), ("iso-27001-2022", 93)])
    def test_are_whole_and_signed(self, name: str, controls: int) -> None:
        text, note = shipped_packs()[name]
        pack = pack_of_text(text)
        assert (pack.name, len(pack.controls)) == (name, controls)
        assert signer_of(pack=pack, note=note, keys=keys_of_text(SHIPPED_KEYS.read_text()))

    def test_have_every_criterion_of_soc_2(self) -> None:
        pack = pack_of_text(shipped_packs()["soc2-2017-rev2022"][0])
        counts = {"CC1": 5, "CC2": 3, "CC3": 4, "CC4": 2, "CC5": 3, "CC6": 8, "CC7": 5, "CC8": 1, "CC9": 2}
        counts |= {"A1": 3, "C1": 2, "PI1": 5, "P1": 1, "P2": 1, "P3": 2, "P4": 3, "P5": 2, "P6": 7, "P7": 1}
        counts |= {"P8": 1}
        wanted = [f"{family}.{number}" for family, count in counts.items() for number in range(1, count + 1)]
        assert [each.id for each in pack.controls] == wanted

    def test_have_every_control_of_annex_a(self) -> None:
        pack = pack_of_text(shipped_packs()["iso-27001-2022"][0])
        counts = {5: 37, 6: 8, 7: 14, 8: 34}
        wanted = [f"A.{theme}.{number}" for theme, count in counts.items() for number in range(1, count + 1)]
        assert [each.id for each in pack.controls] == wanted

    def test_name_every_probe_of_their_release_and_no_other(self) -> None:
        # The packs are signed: what came after them is for packs of the house, until these are signed anew.
        since = {"governance.checked", "retention.applied"}
        for text, _ in shipped_packs().values():
            pack = pack_of_text(text)
            assert {each.probe for each in pack.checks} == {each.name for each in all_probes()} - since
            assert all(probe_named(each.probe, parameters=each.parameters) for each in pack.checks)

    def test_map_controls_to_each_other(self) -> None:
        packs = {name: pack_of_text(text) for name, (text, _) in shipped_packs().items()}
        for pack in packs.values():
            for mapped in pack.mappings:
                other = packs[mapped.framework]
                assert [each for each in mapped.to if other.control(each) is None] == []
