# SPDX-License-Identifier: Apache-2.0
"""Call an installed plugin: the only door through which one runs.

What it wants done is done in the transaction that ends the call, all of it or nothing; the call itself is
kept whatever came of it.
"""

from collections.abc import Callable
from time import monotonic

from apps.plugins.adapters.runtime.acting import plugin_acting_for
from apps.plugins.adapters.runtime.code import compile_aside, is_compiled, sandbox
from apps.plugins.adapters.runtime.database_backend import DatabaseBackend
from apps.plugins.adapters.runtime.effects import carry_out
from apps.plugins.adapters.runtime.http_client import Sender
from apps.plugins.adapters.runtime.measured import traced
from apps.plugins.adapters.sandbox.call_component import Answered
from apps.plugins.domain.asked_call import ENDPOINT, VALIDATOR, AskedCall
from apps.plugins.domain.call_errors import CodeMustBeReady
from apps.plugins.domain.runtime_errors import PluginMustBeEnabled
from apps.plugins.models import Installation
from apps.plugins.selectors.bundles import component_of
from apps.plugins.selectors.loadable import LoadableVersion, loadable_version
from apps.plugins.selectors.versions import version_with_id
from apps.plugins.services.keep_call import CallKept, keep_call
from apps.plugins.services.load_version import load_version
from cortex.container.providers.callers import calling_as
from cortex.database.transactions import transactional
from cortex.errors import CortexError
from cortex.ports.clock import Clock
from cortex.ports.registry import get
from cortex.tenancy import scope
from cortex.tenancy.companies import company_with_id

SENDER = Sender()


def call_installed(
    *, installation: Installation, asked: AskedCall, complete: Callable[[], None] = lambda: None
) -> Answered:
    """Return what the plugin answered; `complete` is done in the transaction of what it wants done.

    Raises: PluginCallFailed, what keeps the version from being loaded (VersionMustNotBeRevoked, …), and what
    doing what it wants raises. Then nothing of it is done.
    """
    if installation.state != Installation.State.ENABLED:
        raise _not_enabled(installation)
    with scope([installation.company_id]):
        version = loadable_version(version_id=installation.version_id)
        kept = CallKept.of(installation, version.manifest, asked, at=get(Clock).now())
        began = monotonic()
        try:
            with traced(
                plugin=installation.plugin_id,
                version=str(version.manifest.version),
                handler=asked.handler,
                trigger=asked.trigger,
            ):
                _make_ready(version, asked)
                answered = _called(installation, version, asked, complete)
            kept.answered(answered)
            return answered
        except CortexError as error:
            kept.failed(error)
            raise
        finally:
            keep_call(kept, seconds=monotonic() - began)


def _called(
    installation: Installation, version: LoadableVersion, asked: AskedCall, complete: Callable[[], None]
) -> Answered:
    manifest, company_id = version.manifest, installation.company_id
    granted = frozenset(installation.granted)
    plugin = plugin_acting_for(user_id=asked.user_id, manifest=manifest, granted=granted, within=asked.within)
    backend = DatabaseBackend(company_id, plugin, SENDER, only_reads=asked.only_reads)
    with calling_as(principal=plugin.urn, company=company_id):
        answered = sandbox().call(
            digest=version.component_digest,
            manifest=manifest,
            handler=asked.handler,
            given=asked.given,
            company=company_with_id(company_id=company_id).code,
            settings=installation.settings,
            at=get(Clock).now(),
            backend=backend,
            granted=granted,
        )

        @transactional
        def end() -> None:
            carry_out(
                backend.effects,
                company_id=company_id,
                installation_id=installation.id,
                plugin=plugin,
                hops=asked.hops,
                quota_bytes=manifest.storage_kib * 1024,
            )
            complete()

        if not asked.only_reads:
            end()
    return answered


def _make_ready(version: LoadableVersion, asked: AskedCall) -> None:
    """Verify and compile what this process has not yet; raises CodeMustBeReady for whoever cannot wait.

    That is somebody before a page, or a posting that holds its locks: they are told to come back.
    """
    digest = version.component_digest
    if asked.trigger in (VALIDATOR, ENDPOINT) and not is_compiled(digest=digest):
        compile_aside(
            digest=digest,
            component=lambda: component_of(version_with_id(version_id=version.version_id)),
        )
        raise CodeMustBeReady(
            f"Plugin {version.manifest.id}: it is being compiled on this machine, which takes about ten "
            "seconds after a start or an upgrade. Try again then.",
            evidence={"object": version.manifest.id, "remedy": "try again in ten seconds"},
        )
    load_version(version_id=version.version_id)


def _not_enabled(installation: Installation) -> PluginMustBeEnabled:
    return PluginMustBeEnabled(
        f"Plugin {installation.plugin_id}: expected one that is enabled, got one that is {installation.state}"
        f" ({installation.state_reason}). Enable it, or remove it.",
        evidence={"object": installation.plugin_id, "expected": "enabled", "got": installation.state},
    )
