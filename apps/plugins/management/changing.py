# SPDX-License-Identifier: Apache-2.0
"""What `cortex plugin` changes in a company: each verb shows what the plugin may do before it asks."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from apps.plugins.selectors.installations import installation_of
from apps.plugins.selectors.told_rights import told_difference, told_rights
from apps.plugins.selectors.versions import manifest_of, version_named
from apps.plugins.services.disable_plugin import disable_plugin
from apps.plugins.services.remove_plugin import remove_plugin
from apps.plugins.services.waiting_verbs import configure_or_wait
from apps.plugins.services.widen_or_propose import (
    Outcome,
    enable_or_propose,
    install_or_propose,
    rollback_or_propose,
    upgrade_or_propose,
)
from cortex.database.transactions import transactional
from cortex.identity.console import file_written_whole
from cortex.ports.approvals import ProposalRef
from cortex.ports.principal import Principal
from cortex.tenancy.models import Company

Options = Mapping[str, Any]


def _install(company: Company, principal: Principal, options: Options) -> Iterator[str]:
    plugin_id, _, wanted = options["plugin"].partition("==")
    version = version_named(plugin_id=plugin_id, version=wanted)
    yield from told_rights(version, company=company.code)
    installed = install_or_propose(
        company_id=company.id,
        plugin_id=plugin_id,
        version=wanted,
        accepted=version.capabilities if options["accept"] else [],
        installed_by=principal,
        untrusted_settings=_given(options["given"], manifest_of(version).settings),
    )
    yield _told("installed", installed)


def _upgrade(company: Company, principal: Principal, options: Options) -> Iterator[str]:
    plugin_id, _, wanted = options["plugin"].partition("==")
    version = version_named(plugin_id=plugin_id, version=wanted)
    before = installation_of(company_id=company.id, plugin_id=plugin_id).version
    yield from told_difference(before=before, after=version, company=company.code).lines
    upgraded = upgrade_or_propose(
        company_id=company.id,
        plugin_id=plugin_id,
        version=wanted,
        accepted=version.capabilities if options["accept"] else [],
        upgraded_by=principal,
    )
    yield _told("upgraded", upgraded)


def _roll_back(company: Company, principal: Principal, options: Options) -> Iterator[str]:
    current = installation_of(company_id=company.id, plugin_id=options["plugin"])
    after = current.previous_version or current.version
    yield from told_difference(before=current.version, after=after, company=company.code).lines
    rolled_back = rollback_or_propose(
        company_id=company.id,
        plugin_id=current.plugin_id,
        accepted=after.capabilities if options["accept"] else [],
        rolled_back_by=principal,
    )
    yield _told("went back", rolled_back)


def _enable(company: Company, principal: Principal, options: Options) -> Iterator[str]:
    started = enable_or_propose(company_id=company.id, plugin_id=options["plugin"], enabled_by=principal)
    yield _told("enabled", started)


def _disable(company: Company, principal: Principal, options: Options) -> Iterator[str]:
    disabled = disable_plugin(
        company_id=company.id,
        plugin_id=options["plugin"],
        reason=options["reason"],
        disabled_by=principal,
    )
    yield _told("disabled", disabled)


def _remove(company: Company, principal: Principal, options: Options) -> Iterator[str]:
    def remove(*, deletes_data: bool) -> dict[str, Any] | None:
        return remove_plugin(
            company_id=company.id,
            plugin_id=options["plugin"],
            reason=options["reason"],
            removed_by=principal,
            deletes_data=deletes_data,
        ).exported

    if options["export"] is None:
        remove(deletes_data=False)
        yield f"removed {options['plugin']}; its data is kept"
        return
    with file_written_whole(str(options["export"])) as out:

        @transactional
        def handed_out() -> None:
            # Written before the commit: what cannot be written is not deleted.
            told = json.dumps(remove(deletes_data=True), indent=1, sort_keys=True)
            out.write(told.encode() + b"\n")
            out.flush()

        handed_out()
    yield f"removed {options['plugin']}; its data is in {options['export']} alone"


def _settings(company: Company, principal: Principal, options: Options) -> Iterator[str]:
    current = installation_of(company_id=company.id, plugin_id=options["plugin"])
    form = manifest_of(current.version).settings
    settings = {**current.settings, **_given(options["given"], form)}
    if options["given"]:
        changed = configure_or_wait(
            company_id=company.id,
            plugin_id=current.plugin_id,
            untrusted_settings=settings,
            changed_by=principal,
        )
        settings = changed.settings
    yield from (f"{name} = {json.dumps(settings.get(name))}  ({each.title})" for name, each in form.items())


def _given(words: list[str], form: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was typed as NAME=VALUE: JSON where the form wants no text, empty for the default."""
    found: dict[str, Any] = {}
    for word in words:
        name, _, text = word.partition("=")
        is_text = name not in form or form[name].type == "string"
        found[name] = None if not text else text if is_text else _json_or_text(text)
    return found


def _json_or_text(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _told(word: str, outcome: Outcome) -> str:
    if isinstance(outcome, ProposalRef):
        return f"proposed {outcome.id} {outcome.title}"
    return f"{word} {outcome.plugin_id}=={outcome.version.version}"


CHANGES: Mapping[str, Callable[[Company, Principal, Options], Iterator[str]]] = {
    "install": _install,
    "upgrade": _upgrade,
    "rollback": _roll_back,
    "enable": _enable,
    "disable": _disable,
    "remove": _remove,
    "settings": _settings,
}
