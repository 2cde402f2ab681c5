# SPDX-License-Identifier: Apache-2.0
"""A trial balance signed by a key that never leaves the vault."""

from pathlib import Path

import pytest

from cortex.container.override import override
from cortex.ports.key_management import KeyManagement
from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets.vault.session import VaultSession
from cortex.secrets.vault.transit import TransitKeyManagement
from tests.frame.openbao import OpenBao
from tests.integration.apps.accounting.api.desk import open_desk
from tests.integration.apps.accounting.signed_reports import Given, ran


class TestReportSignedByTheVault:
    def test_is_verified_after_rotation_and_offline_while_the_vault_is_gone(
        self, bao: OpenBao, session: VaultSession, db: None, tmp_path: Path
    ) -> None:
        given = Given(open_desk(), tmp_path)
        with override(KeyManagement, TransitKeyManagement(session)):
            fields = given.sign().fields()
            assert (fields["keeper"], fields["key"]) == ("transit", "cortex-signatures")
            bao.root().secrets.transit.rotate_key("cortex-signatures")
            assert given.verify()[0] == 0
            newer = given.key_file()
            assert given.verify("--key", newer)[0] == 1
            key = given.key_file("--key-version", str(fields["key_version"]))
            signed = given.signature.read_text()
            for name, value in (("company", "OTHER"), ("key_version", 99), ("keeper", "elsewhere")):
                given.write({**fields, name: value})
                assert given.verify()[0] == 1
            given.signature.write_text(signed)

            bao.stop()
            before = sorted(tmp_path.iterdir())
            assert given.verify("--key", key)[0] == 0
            code, sentence = given.verify()
            assert (code, sentence.split(":")[0]) == (2, "secrets.vault_must_be_reachable")
            with pytest.raises(VaultMustBeReachable):
                given.sign()
            assert (sorted(tmp_path.iterdir()), given.signature.read_text()) == (before, signed)
            assert ran("trial_balance", "--company", given.desk.books.code) != ""
