# SPDX-License-Identifier: Apache-2.0
"""A plugin of the company that was upgraded once, with a version to come; another that was stopped."""

from apps.plugins.models import Installation, PluginCall, PluginRun
from apps.plugins.selectors.installations import installation_of
from apps.plugins.selectors.versions import version_named
from apps.plugins.services.disable_plugin import disable_plugin
from apps.plugins.services.turn_switch import switch_off
from apps.plugins.services.upgrade_plugin import upgrade_plugin
from cortex import clock
from cortex.database.transactions import transactional
from cortex.identity.models import User
from tests.factories.books import CONSOLE, Books
from tests.factories.installed_plugins import GUARD, InCompany, added, trusted_both
from tests.factories.plugin_bundles import REVIEWER
from tests.integration.cortex.policy_versions.people import fresh

STOPPED, OTHER = "com.example.stopped", "com.example.other"


def plugins_of(own: Books, *, keeper: User) -> dict[str, str]:
    """Install both for this controller; return what stands in addresses and bodies for them."""
    trusted_both()
    added(plugin_id=STOPPED), added(plugin_id=OTHER)
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        added(version=version)
    # A switch that nobody turned has no row to look at.
    switch_off(plugin_id="com.example.none", reason="testing", turned_by=CONSOLE)
    by = fresh(keeper)
    with own.entered():
        ours = InCompany(company_id=own.company_id, by=by)
        ours.install()
        upgrade_plugin(
            company_id=own.company_id,
            plugin_id=GUARD,
            version="1.1.0",
            accepted=version_named(plugin_id=GUARD, version="1.1.0").capabilities,
            upgraded_by=by,
        )
        ours.install(plugin_id=STOPPED)
        disable_plugin(company_id=own.company_id, plugin_id=STOPPED, reason="testing", disabled_by=by)
        _call_of(installation_of(company_id=own.company_id, plugin_id=GUARD))
    other = version_named(plugin_id=OTHER, version="1.0.0")
    return {
        "plugin_id": GUARD,
        "plugin_version_id": str(other.id),
        "keyid": REVIEWER.public_key.keyid,
    }


def plugins_in_states(own: Books) -> dict[str, dict[str, str]]:
    """Return which of them a verb is meant for."""
    with own.entered():
        ids = {name: _id_of(own, name) for name in (GUARD, STOPPED)}
    words = ("settings", "upgrade", "rollback", "disable", "remove")
    return {
        **{f"plugins.installation {word}": {"object_id": ids[GUARD]} for word in words},
        "plugins.installation enable": {"object_id": ids[STOPPED]},
        "/plugins/{plugin_id}:enable": {"plugin_id": STOPPED},
    }


@transactional
def _call_of(installation: Installation) -> None:
    """Leave a call and a run to look at."""
    given = {"company_id": installation.company_id, "installation_id": installation.id}
    given |= {"trigger": "event", "trigger_id": "1", "handler": "on_posted"}
    PluginRun(**given, given={}, hops=0, queued_at=clock.now()).save(force_insert=True)
    PluginCall(
        **given,
        plugin_id=installation.plugin_id,
        version="1.1.0",
        called_by="service:console",
        started_at=clock.now(),
        milliseconds=1,
        fuel=1,
        memory_bytes=1,
        host_calls=0,
        lines=[],
    ).save(force_insert=True)


def _id_of(own: Books, plugin_id: str) -> str:
    return str(installation_of(company_id=own.company_id, plugin_id=plugin_id).id)
