# SPDX-License-Identifier: Apache-2.0
"""A pack is read as it was meant, or refused with the exact place."""

import pytest

from apps.audit.domain.compliance.errors import PackMustBeWellFormed
from apps.audit.domain.compliance.pack_schema import pack_of_document, pack_of_text

PACK = """\
pack: demo
version: 1.2.3
format: 1
framework: {id: demo, title: Demo, publisher: Nobody, notice: Own words.}
controls:
  - {id: CC6.1, title: Access, description: Who may what., owner: security, group: Access}
  - {id: A.5.1, title: Rules, description: What is asked., owner: management, group: Rules}
checks:
  - id: access
    controls: [CC6.1]
    probe: identity.dormant_accounts
    max_age: PT24H
    parameters: {days: 30}
    expect: {offending: 0}
procedures:
  - {id: read, controls: [A.5.1], title: Read, steps: [Read it.], every: P90D, evidence: The minutes.}
mappings:
  - {control: CC6.1, framework: other, to: [A.8.5]}
"""


class TestPack:
    def test_is_read_with_all_its_sections(self) -> None:
        pack = pack_of_text(PACK)
        (check,) = pack.checks_of("CC6.1")
        assert (pack.name, pack.order, check.parameters, check.expect) == (
            "demo",
            (1, 2, 3),
            {"days": 30},
            {"offending": "0"},
        )
        assert [each.id for each in pack.procedures_of("A.5.1")] == ["read"]
        assert (pack.mappings[0].to, pack.control("A.9")) == (["A.8.5"], None)

    def test_has_one_digest_however_it_is_laid_out(self) -> None:
        laid_out = PACK.replace(
            "  - id: access\n    controls", "  # Who may what.\n  - id: 'access'\n    controls"
        )
        assert laid_out != PACK
        assert pack_of_text(laid_out).digest == pack_of_text(PACK).digest
        assert pack_of_text(PACK.replace("P90D", "P91D")).digest != pack_of_text(PACK).digest

    def test_is_the_same_when_it_was_stored(self) -> None:
        pack = pack_of_text(PACK)
        assert pack_of_document(pack.document) == pack

    @pytest.mark.parametrize(
        ("change", "to", "place", "line"),
        [
            ("pack: demo", "pack: Demo", "pack", 1),
            ("version: 1.2.3", "version: '1.2'", "version", 2),
            ("format: 1", "format: 2", "format", 3),
            ("publisher: Nobody, ", "", "framework", 4),
            ("title: Access", "title: ''", "controls[0].title", 6),
            ("owner: security", "ownr: security", "controls[0].ownr", 6),
            ("{id: A.5.1", "{id: CC6.1", "controls[1]", 7),
            ("controls: [CC6.1]", "controls: [CC6.2]", "checks[0].controls[0]", 10),
            ("controls: [CC6.1]", "controls: []", "checks[0].controls", 10),
            ("controls: [CC6.1]", "controls: CC6.1", "checks[0].controls", 10),
            ("max_age: PT24H", "max_age: 24 hours", "checks[0].max_age", 12),
            ("{days: 30}", "{days: -1}", "checks[0].parameters.days", 13),
            ("{days: 30}", "{DAYS: 30}", "checks[0].parameters.DAYS", 13),
            ("{days: 30}", "{days: 9999999}", "checks[0].parameters.days", 13),
            ("{days: 30}", "[days]", "checks[0].parameters", 13),
            ("[Read it.]", "[[Read it.]]", "procedures[0].steps[0]", 16),
            ("{control: CC6.1", "{control: CC9.9", "mappings[0].control", 18),
            ("mappings:", "code: run\nmappings:", "code", 17),
            ("controls: [A.5.1]", "controls: [CC6.1]", "controls", 6),
        ],
    )
    def test_is_refused_with_the_place_of_what_is_wrong(
        self, change: str, to: str, place: str, line: int
    ) -> None:
        assert change in PACK
        with pytest.raises(PackMustBeWellFormed) as refusal:
            pack_of_text(PACK.replace(change, to, 1))
        assert (refusal.value.evidence["place"], refusal.value.evidence["line"]) == (place, line)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a: &x 1\nb: *x\n", "no anchor and no alias"),
            ("a: !!python/object:os.system 1\n", "no tag"),
            ("a: 1\na: 2\n", "each name once"),
            ("<<: {a: 1}\n", "a text as name"),
            ("? [a]\n: 1\n", "a text as name"),
            ("a: 1\n---\nb: 2\n", "one document"),
            ("", "a document"),
            ("a: [1\n", "YAML"),
            ("a: \x01\n", "YAML"),
            ("a: " + "[" * 9 + "]" * 9, "at most 6 levels and 20000 values"),
            ("a: [" + "1," * 20_001 + "]", "at most 6 levels and 20000 values"),
            ("a: " + "x" * 600_000, "at most 524288 bytes"),
            ("- a\n", "a mapping"),
            (PACK.replace("Own words.", '"Own\\x1b words"'), "1 to 2000 characters without controls"),
        ],
    )
    def test_is_refused_where_yaml_is_dangerous(self, text: str, expected: str) -> None:
        with pytest.raises(PackMustBeWellFormed) as refusal:
            pack_of_text(text)
        assert refusal.value.evidence["expected"] == expected
