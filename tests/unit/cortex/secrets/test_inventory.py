# SPDX-License-Identifier: Apache-2.0
"""What keepers have is told by names, versions and marks, and by each keeper for itself."""

import re
from pathlib import Path

from cortex.ports.key_management import KeyVersion
from cortex.ports.vault import VaultMustBeReachable
from cortex.secrets import console
from cortex.secrets.keyring.installation import InstallationKeys
from cortex.secrets.keyring.inventory import InventoryByKeeper, local_inventory
from cortex.secrets.our_keys import OUR_KEYS
from cortex.secrets.sealed.sealed_file import SealedFile
from cortex.secrets.sealed.vault import SealedVault

ROOT = Path(__file__).parents[4]
NAMED = re.compile(r'^(?:\w*KEY_ID|WRAPPING_KEY) = "(cortex-[a-z]+)"$', re.MULTILINE)


def away() -> list[KeyVersion]:
    raise VaultMustBeReachable("sealed", evidence={})


class TestOurKeys:
    def test_are_those_that_the_sources_name(self) -> None:
        sources = [path.read_text() for room in ("apps", "cortex") for path in (ROOT / room).rglob("*.py")]
        named = {name for source in sources for name in NAMED.findall(source)}
        # The log's own is the signer's.
        assert sorted(named - {"cortex-log"}) == sorted(OUR_KEYS)


class TestSealedFile:
    def test_shows_every_version_of_every_key(self, tmp_path: Path) -> None:
        file = SealedFile(path=tmp_path / "secrets.age", identity_path=tmp_path / "identity.age")
        words = ["--file", str(file.path), "--identity", str(file.identity_path)]
        for verb in (["seal"], ["rotate-key", "cortex-files"], ["rotate-key", "anothers"]):
            console.main([*words, *verb])
        vault = SealedVault(file)
        held = local_inventory(vault, names=vault.key_ids)()
        assert [(each.keeper, each.key_id, each.version) for each in held] == [
            ("sealed", "anothers", 1),
            ("sealed", "cortex-files", 1),
            ("sealed", "cortex-files", 2),
        ]
        assert len({each.mark for each in held}) == 3
        shown = repr(held)
        assert not any(vault.versions(key_id="cortex-files")[n].reveal() in shown for n in (1, 2))


class TestInstallationKeys:
    def test_have_other_versions_with_another_secret_key(self) -> None:
        def held(secret_key: str, *fallbacks: str) -> set[KeyVersion]:
            own = InstallationKeys(secret_key=secret_key, fallbacks=fallbacks)
            return set(local_inventory(own, names=lambda: OUR_KEYS)())

        before, between, after = held("former"), held("new", "former"), held("new")
        assert len(before) == len(OUR_KEYS)
        assert before < between
        assert after == between - before


class TestInventory:
    def test_tells_a_keeper_that_is_away_from_one_that_has_nothing(self) -> None:
        inventory = InventoryByKeeper({"transit": away, "sealed": list})
        assert inventory.held() == {"transit": None, "sealed": []}
