# SPDX-License-Identifier: Apache-2.0
"""Leaves of packs follow one another, and tell where a text was changed while it waited."""

from pathlib import Path

from apps.audit.domain.compliance.pack_keys import PackKeys
from cortex.container.override import override
from tests.factories.chain import change_guarded_row, changes_in
from tests.frame.clones import Clone
from tests.integration.apps.audit.compliance.packs import agreed, in_force, signer, waiting, written
from tests.integration.cortex.policy_versions.people import administrators
from tests.unit.apps.audit.domain.compliance.test_pack_schema import PACK

NEWER = PACK.replace("1.2.3", "1.3.0")
OTHER_NOTICE = """
UPDATE audit_pack SET document = jsonb_set(document, '{framework,notice}', '"Other."'), note = %s
"""


class TestChain:
    def test_has_no_gap(self, committed_database: Clone, tmp_path: Path) -> None:
        people, signed_by = administrators(), signer(tmp_path)
        with override(PackKeys, signed_by):
            for text in (PACK, NEWER):
                in_force(signed_by, text=text, by=people.alice, second=people.bob)
        changes, verbs = changes_in(committed_database)
        assert changes.gaps == []
        assert {"audit.pack.write", "audit.pack.approve"} <= verbs
        assert changes.followed >= 2

    def test_breaks_where_a_text_was_changed_while_it_waited(
        self, committed_database: Clone, tmp_path: Path
    ) -> None:
        people, signed_by = administrators(), signer(tmp_path)
        with override(PackKeys, signed_by):
            row = written(signed_by, by=people.alice)
            change_guarded_row(
                committed_database,
                OTHER_NOTICE,
                signed_by.note(PACK.replace("Own words.", "Other.")),
                table="audit_pack",
            )
            agreed(waiting(row), by=people.bob)
        (found,) = changes_in(committed_database)[0].gaps
        assert found.startswith(f"audit.pack {row.id} was changed between leaf ")
