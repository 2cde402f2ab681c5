# SPDX-License-Identifier: Apache-2.0
"""`marketplace online-keys|install-root|export|trust|repositories|fetch|import|refresh`.

`marketplace root …` is a ceremony without settings: `apps.plugins.management.root_ceremony`.
"""

import json
from datetime import datetime
from typing import Any

from django.core.management.base import CommandParser

from apps.plugins.domain.marketplace.names import STABLE
from apps.plugins.domain.marketplace.policy_names import (
    EXPORT_TARGETS,
    FETCH_PLUGIN,
    INSTALL_ROOT,
    READ_REPOSITORIES,
    REFRESH_REPOSITORIES,
    TRUST_REPOSITORY,
)
from apps.plugins.domain.marketplace.signing import ONLINE_ROLES, MarketplaceSigner
from apps.plugins.services.marketplace.export_targets import export_targets
from apps.plugins.services.marketplace.install_root import install_root
from apps.plugins.services.repositories.fetch_plugin import fetch_plugin
from apps.plugins.services.repositories.import_archive import import_archive
from apps.plugins.services.repositories.list_repositories import list_repositories
from apps.plugins.services.repositories.refresh_repositories import refresh_repositories
from apps.plugins.services.repositories.trust_repository import trust_repository
from cortex.identity.console import ConsoleCommand, file_written_whole, read_file
from cortex.ports.asking import asks, nothing, of
from cortex.ports.principal import Principal
from cortex.ports.registry import get


@asks(
    install_root=of(INSTALL_ROOT),
    export=of(EXPORT_TARGETS),
    trust=of(TRUST_REPOSITORY),
    repositories=of(READ_REPOSITORIES),
    fetch=of(FETCH_PLUGIN),
    refresh=of(REFRESH_REPOSITORIES),
    online_keys=nothing("everybody may have the public halves of keys"),
    **{"import": of(FETCH_PLUGIN)},
)
class Command(ConsoleCommand):
    """Publish a root, pack an archive; trust repositories of others and take plugins from them."""

    help = "The repository of this marketplace, and those of others."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and who acts."""
        self.add_actor(parser)
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("online-keys", help="print the public halves that a root names")
        root = verbs.add_parser("install-root", help="publish a root that its holders signed")
        root.add_argument("root", help="the file of `marketplace root`")
        export = verbs.add_parser("export", help="pack published plugins for machines without a network")
        export.add_argument("--plugin", action="append", required=True, metavar="ID[==VERSION]")
        export.add_argument("--channel", default=STABLE, help="stable, beta or private:COMPANY")
        export.add_argument("out", help="the archive to write")
        trust = verbs.add_parser("trust", help="trust a repository by its root; what was seen of it stays")
        trust.add_argument("name")
        trust.add_argument("--root", required=True, help="its root, brought by a way that you trust")
        trust.add_argument("--url", default="", help="https://HOST/marketplace/tuf; none for archives alone")
        trust.add_argument("--private-network", action="store_true", help="it stands in the own network")
        trust.add_argument("--begin-anew", action="store_true", help="forget which versions were seen of it")
        verbs.add_parser("repositories", help="list them, and when they were asked last")
        verbs.add_parser("refresh", help="ask them all what was withdrawn")
        fetch = verbs.add_parser("fetch", help="fetch a plugin, verify it and add it")
        fetch.add_argument("plugin", metavar="ID[==VERSION]")
        fetch.add_argument("--repository", required=True)
        fetch.add_argument("--channel", default=STABLE)
        load = verbs.add_parser("import", help="verify an archive and add what is in it")
        load.add_argument("archive")
        load.add_argument("--repository", required=True)
        load.add_argument("--fresh-at", type=datetime.fromisoformat, help="when it was made, within 30 days")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        getattr(self, f"_{verb.replace('-', '_')}")(self.principal(options["acting_user"]), options)

    def _online_keys(self, principal: Principal, options: dict[str, Any]) -> None:
        keys = get(MarketplaceSigner).state().keys
        told = {role: keys[role] for role in (*ONLINE_ROLES, "reviewer")}
        self.stdout.write(json.dumps(told, indent=1, sort_keys=True))

    def _install_root(self, principal: Principal, options: dict[str, Any]) -> None:
        row = install_root(untrusted_root=read_file(options["root"]), installed_by=principal)
        self.stdout.write(f"root {row.version} is published")

    def _export(self, principal: Principal, options: dict[str, Any]) -> None:
        archive = export_targets(plugins=options["plugin"], channel=options["channel"], exported_by=principal)
        with file_written_whole(options["out"]) as out:
            out.write(archive)
        self.stdout.write(f"{options['out']}: {len(archive)} bytes")

    def _trust(self, principal: Principal, options: dict[str, Any]) -> None:
        row = trust_repository(
            name=options["name"],
            untrusted_root=read_file(options["root"]),
            url=options["url"],
            allows_private_addresses=options["private_network"],
            begins_anew=options["begin_anew"],
            trusted_by=principal,
        )
        self.stdout.write(f"{row.name} is trusted{f' at {row.url}' if row.url else ', for archives'}")

    def _repositories(self, principal: Principal, options: dict[str, Any]) -> None:
        for row in list_repositories(reader=principal):
            asked = row.refreshed_at.isoformat(timespec="seconds") if row.refreshed_at else "never"
            self.stdout.write(f"{row.name} {row.url or 'archives'} asked {asked}")

    def _fetch(self, principal: Principal, options: dict[str, Any]) -> None:
        plugin_id, _, version = options["plugin"].partition("==")
        row = fetch_plugin(
            repository=options["repository"],
            plugin_id=plugin_id,
            version=version,
            channel=options["channel"],
            fetched_by=principal,
        )
        self.stdout.write(f"{row} was added")

    def _import(self, principal: Principal, options: dict[str, Any]) -> None:
        rows = import_archive(
            repository=options["repository"],
            untrusted_archive=read_file(options["archive"]),
            fresh_at=options["fresh_at"],
            imported_by=principal,
        )
        for row in rows:
            self.stdout.write(f"{row} was added")

    def _refresh(self, principal: Principal, options: dict[str, Any]) -> None:
        for each in refresh_repositories(refreshed_by=principal):
            told = each.refusal or f"{len(each.gone)} of its bundles are listed no more"
            self.stdout.write(f"{each.repository}: {told}")
