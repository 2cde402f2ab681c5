# SPDX-License-Identifier: Apache-2.0
"""Ask the validators of a company before a verb is done: each accepts, or nothing is done.

A validator is a control. One that fails, is in quarantine or switched off lets nothing pass: whoever answers
for the company disables it, which leaves a leaf, rather than finding out later that it was silent.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from apps.plugins.domain.asked_call import VALIDATOR, AskedCall
from apps.plugins.domain.capability import Capability, Kind
from apps.plugins.domain.runtime_errors import ValidatorMustAccept, ValidatorMustAnswer
from apps.plugins.models import Installation
from apps.plugins.selectors.versions import manifest_of
from cortex.database.transactions import DatabaseMustBeReachable, transactional
from cortex.errors import CortexError
from cortex.ports.principal import Principal
from cortex.ports.verb_validators import Subjects

# A validator counts everywhere so long after it was installed; one that is installed is found anew each time.
KNOWN_SECONDS, KNOWN_MAX = 2.0, 10_000
_ASKED = (Installation.State.ENABLED, Installation.State.QUARANTINED)


class InstalledValidators:
    """Plugins whose manifests name the verb. For a company without any it costs a look into a dictionary."""

    def __init__(self) -> None:
        self._without: dict[tuple[UUID, str], float] = {}

    def require_accepted(
        self, *, verb: str, company_id: UUID, subjects: Subjects, asked_by: Principal
    ) -> None:
        """Ask each; raises ValidatorMustAccept, ValidatorMustAnswer."""
        now, key = time.monotonic(), (company_id, verb)
        if now - self._without.get(key, -KNOWN_SECONDS) < KNOWN_SECONDS:
            return
        found = _validators(company_id, verb)
        if not found:
            if len(self._without) >= KNOWN_MAX:
                self._without.clear()
            self._without[key] = now
            return
        told = subjects()
        for installation in found:
            for subject in told:
                _require_accepted(installation, verb, subject, asked_by)

    def forget(self) -> None:
        """Look anew at the next verb: something was installed in this process."""
        self._without.clear()


VALIDATORS = InstalledValidators()


@transactional
def _validators(company_id: UUID, verb: str) -> Sequence[Installation]:
    granted = Capability(Kind.REFUSE, verb).text
    rows = Installation.objects.filter(company_id=company_id, state__in=_ASKED, granted__contains=[granted])
    return list(rows.select_related("version").order_by("plugin_id"))


def _require_accepted(
    installation: Installation, verb: str, subject: Mapping[str, Any], asked_by: Principal
) -> None:
    if installation.state != Installation.State.ENABLED:
        raise _must_answer(installation, f"it is in quarantine ({installation.state_reason})")
    # Its wasmtime is loaded with the first call, and with nothing before it.
    from apps.plugins.services.call_plugin import call_installed  # noqa: PLC0415
    from apps.plugins.services.person_behind import person_behind_plugin  # noqa: PLC0415

    try:
        handler = manifest_of(installation.version).validators.get(verb)
        if handler is None:
            return
        # Whoever posts by a token need not read by it, and a control must see: no scopes bound it.
        asked = AskedCall(
            handler=handler,
            trigger=VALIDATOR,
            trigger_id=verb,
            given={"verb": verb, **subject},
            user_id=asked_by.user_id or person_behind_plugin(installation=installation),
            only_reads=True,
        )
        answered = call_installed(installation=installation, asked=asked)
    except DatabaseMustBeReachable:
        raise
    except CortexError as error:
        raise _must_answer(installation, error.message) from error
    if answered.rejected:
        raise _must_accept(installation, answered.rejected, answered.remedy)


def _must_accept(installation: Installation, reason: str, remedy: str) -> ValidatorMustAccept:
    told = f"{reason.rstrip('.')}." + (f" {remedy}" if remedy else "")
    return ValidatorMustAccept(
        f"Plugin {installation.plugin_id} refuses this: {told}",
        evidence={"object": installation.plugin_id, "got": reason, "remedy": remedy},
    )


def _must_answer(installation: Installation, why: str) -> ValidatorMustAnswer:
    return ValidatorMustAnswer(
        f"Plugin {installation.plugin_id} must accept this and could not be asked: {why} Nothing was done. "
        "Try again, or let a controller disable the plugin; then it is asked no more.",
        evidence={
            "object": installation.plugin_id,
            "expected": "accepted",
            "got": why,
            "remedy": "disable the plugin",
        },
    )
