# SPDX-License-Identifier: Apache-2.0
"""`plugins VERB …`, typed as `cortex plugin VERB …`: what the platform knows, and companies run."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser

from apps.plugins.domain import policy_names as actions
from apps.plugins.management.changing import CHANGES
from apps.plugins.management.words import OF_A_COMPANY, add_words
from apps.plugins.selectors.installations import installations_of
from apps.plugins.selectors.told_rights import told_rights
from apps.plugins.selectors.trusted_keys import every_key
from apps.plugins.selectors.versions import versions_of_reader
from apps.plugins.services.add_version import add_version
from apps.plugins.services.check_plugins import check_plugins
from apps.plugins.services.revoke_key import revoke_key
from apps.plugins.services.revoke_version import revoke_version
from apps.plugins.services.turn_switch import switch_off, switch_on
from apps.plugins.services.waiting_verbs import trust_key_or_wait
from cortex.identity.console import ConsoleCommand, read_file
from cortex.policy.access import entered
from cortex.ports.asking import asks, of
from cortex.ports.principal import Principal

_CONSOLE = Principal.service("console")
_ACTIONS = {
    "list": actions.READ_INSTALLATIONS,
    "install": actions.INSTALL,
    "upgrade": actions.UPGRADE,
    "rollback": actions.ROLL_BACK,
    "enable": actions.ENABLE,
    "disable": actions.DISABLE,
    "remove": actions.REMOVE,
    "settings": actions.CONFIGURE,
}


@asks(
    trust_key=of(actions.TRUST_KEY),
    revoke_key=of(actions.REVOKE_KEY),
    keys=of(actions.READ_VERSIONS),
    add=of(actions.ADD_VERSION),
    versions=of(actions.READ_VERSIONS),
    revoke=of(actions.REVOKE_VERSION),
    switch_off=of(actions.TURN_SWITCH),
    switch_on=of(actions.TURN_SWITCH),
    check=of(actions.CHECK_VERSIONS),
    **{verb: of(action) for verb, action in _ACTIONS.items()},
)
class Command(ConsoleCommand):
    """Add, install, change, stop and recall plugins."""

    help = "Add, install, change, stop and recall plugins: cortex plugin VERB."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb and what it needs."""
        add_words(parser)

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        """Do the verb and print what came of it."""
        told = self._in_company(verb, options) if verb in OF_A_COMPANY else self._on_platform(verb, options)
        for line in told:
            self.stdout.write(line)

    def _in_company(self, verb: str, options: dict[str, Any]) -> Iterator[str]:
        principal = self.principal(options["acting_user"])
        with entered(principal=principal, company_code=options["company"], action=_ACTIONS[verb]) as company:
            if verb == "list":
                for row in installations_of(company_id=company.id):
                    yield from _installed(row, company.code)
            else:
                yield from CHANGES[verb](company, principal, options)

    def _on_platform(self, verb: str, options: dict[str, Any]) -> Iterator[str]:
        yield from getattr(self, f"_{verb.replace('-', '_')}")(options)

    def _trust_key(self, options: dict[str, Any]) -> Iterator[str]:
        key = trust_key_or_wait(
            role="reviewer" if options["reviewer"] else "publisher",
            publisher=options["publisher"],
            untrusted_key=read_file(options["file"]),
            trusted_by=_CONSOLE,
        )
        yield f"trusted {key.keyid} {key.publisher or key.role}"

    def _revoke_key(self, options: dict[str, Any]) -> Iterator[str]:
        count = revoke_key(keyid=options["keyid"], reason=options["reason"], revoked_by=_CONSOLE)
        yield f"revoked {options['keyid']}; {count} installations were stopped"

    def _keys(self, options: dict[str, Any]) -> Iterator[str]:
        for key in every_key(seen_by=_CONSOLE):
            yield f"{key.keyid} {key.publisher or key.role} {_standing(key)}"

    def _add(self, options: dict[str, Any]) -> Iterator[str]:
        row = add_version(untrusted_bundle=read_file(options["bundle"]), added_by=_CONSOLE)
        yield f"added {row.plugin_id}=={row.version}"
        yield from told_rights(row, company="(where it is installed)")

    def _versions(self, options: dict[str, Any]) -> Iterator[str]:
        for row in versions_of_reader(seen_by=_CONSOLE):
            yield f"{row.plugin_id}=={row.version} {row.bundle_digest[:12]} {_standing(row)}"

    def _revoke(self, options: dict[str, Any]) -> Iterator[str]:
        plugin_id, _, version = options["plugin"].partition("==")
        count = revoke_version(
            plugin_id=plugin_id, version=version, reason=options["reason"], revoked_by=_CONSOLE
        )
        yield f"revoked {options['plugin']}; {count} installations were stopped"

    def _switch_off(self, options: dict[str, Any]) -> Iterator[str]:
        turn = switch_off(plugin_id=options["plugin"], reason=options["reason"], turned_by=_CONSOLE)
        yield f"{turn.plugin_id or 'all plugins'} off"

    def _switch_on(self, options: dict[str, Any]) -> Iterator[str]:
        turn = switch_on(plugin_id=options["plugin"], reason=options["reason"], turned_by=_CONSOLE)
        yield f"{turn.plugin_id or 'all plugins'} on"

    def _check(self, options: dict[str, Any]) -> Iterator[str]:
        checked = check_plugins(checked_by=_CONSOLE)
        yield f"{checked.count} versions run, {len(checked.stopped)} were stopped"
        yield from (f"stopped {name}: {code}" for name, code in checked.stopped.items())
        yield from (f"not checked {name}" for name in checked.not_checked)


def _standing(row: Any) -> str:
    return f"revoked {row.revoked_at:%Y-%m-%d}: {row.revoked_reason}" if row.revoked_at else "counts"


def _installed(row: Any, company: str) -> Iterator[str]:
    reason = f": {row.state_reason}" if row.state_reason else ""
    yield f"{row.plugin_id}=={row.version.version} {row.state}{reason}"
    yield f"  settings {json.dumps(row.settings, sort_keys=True)}"
    yield from (f"  {line}" for line in told_rights(row.version, company=company))
