# SPDX-License-Identifier: Apache-2.0
"""`marketplace_signer --directory DIR --socket PATH`: sign for the marketplace until SIGTERM.

`DIR` is the service's alone: `memory.json`, and the sealed keys where neither vault nor sealed file is named.
"""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from apps.plugins.adapters.marketplace_signing.keeper_signer import KeeperSigner
from apps.plugins.adapters.marketplace_signing.memory import MemoryFile
from apps.plugins.adapters.marketplace_signing.signing_service import SigningService, public_halves
from apps.plugins.domain.marketplace.approved_release import ReleaseRegister
from apps.plugins.domain.marketplace.signer_memory import Remembered
from apps.plugins.domain.marketplace.signing import KEY_IDS
from apps.plugins.management.marketplace_signer.doors import BOUNDS, doors_of
from apps.plugins.management.marketplace_signer.keeper import marketplace_keys
from apps.plugins.services.marketplace.adopt_memory import adopt_memory
from cortex.container.commands import ScopedCommand
from cortex.ports.asking import asks_nothing
from cortex.ports.clock import Clock
from cortex.ports.key_management import KeyManagement
from cortex.ports.registry import get
from cortex.sockets.bounded_server import serve_until_told
from cortex.sockets.unix_socket import listen_at


@asks_nothing("it signs what the database tells that two persons approved, whoever asks over its socket")
class Command(ScopedCommand):
    """Sign reviewed bundles and the metadata of the repository; a process of its own."""

    help = "The signing service of the marketplace."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the places and how to begin."""
        parser.add_argument("--directory", type=Path, required=True, help="where its memory is kept")
        parser.add_argument("--socket", type=Path, required=True, help="where publishing asks")
        parser.add_argument("--group", default="", help="let this group of accounts ask, too")
        parser.add_argument(
            "--first", action="store_true", help="begin a memory where nothing was ever signed"
        )
        parser.add_argument(
            "--adopt", action="store_true", help="take over what the database has, where the memory is lost"
        )
        parser.add_argument("--new-keys", action="store_true", help="go on with keys that were rotated")

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until told to stop; raises SignerMemoryMustBeKept."""
        directory: Path = options["directory"]
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        memory = MemoryFile(directory / "memory.json")
        with memory.held():
            service = _service(memory, directory, options)
            server = listen_at(
                options["socket"], doors=doors_of(service), bounds=BOUNDS, group=options["group"]
            )
            logging.getLogger(__name__).info("signs for the marketplace")
            serve_until_told(server)


def _service(memory: MemoryFile, directory: Path, options: dict[str, Any]) -> SigningService:
    if options["new_keys"]:
        # Refuses before any key is made where there is no memory to go on with.
        memory.read()
    # With keys of its own that are not there yet, nothing was ever signed.
    is_new = not memory.exists() and not (directory / "keys.age").exists()
    keys = marketplace_keys(directory=directory)
    if options["adopt"]:
        adopt_memory(memory=memory, keys=_halves(keys))
    elif options["first"] or (is_new and (directory / "keys.age").exists()):
        if not memory.exists():
            memory.write(Remembered(keys=_halves(keys)))
    elif options["new_keys"]:
        memory.write(replace(memory.read(), keys=_halves(keys)))
    return SigningService(keys=keys, memory=memory, register=get(ReleaseRegister), clock=get(Clock))


def _halves(keys: KeyManagement) -> dict[str, str]:
    return public_halves({use: KeeperSigner(keys=keys, key_id=name) for use, name in KEY_IDS.items()})
