# SPDX-License-Identifier: Apache-2.0
"""A marketplace with its root, in a database of the test's own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.plugins.services.repositories.trust_repository import trust_repository
from tests.factories.installed_plugins import bundle, trusted
from tests.factories.marketplace import CONSOLE, Marketplace, marketplace
from tests.factories.plugin_bundles import PUBLISHER
from tests.factories.served_repository import BASE, Served
from tests.integration.apps.plugins.marketplace.trusting import trust_reviewer


@pytest.fixture
def shop(db: None, tmp_path: Path) -> Iterator[Marketplace]:
    with marketplace(tmp_path) as opened:
        yield opened


@pytest.fixture
def served(shop: Marketplace, components: Path, settings: Any) -> Served:
    """A repository that is trusted, with a version that compiles."""
    directory = components / "installed"
    directory.mkdir(mode=0o700, exist_ok=True)
    settings.PLUGIN_DIRECTORY = str(directory)
    shop.release_bundle(bundle(reviewed_by=None))
    trust_repository(name="plugins", untrusted_root=shop.root(), url=BASE, trusted_by=CONSOLE)
    trusted(PUBLISHER)
    trust_reviewer(shop)
    return Served()
