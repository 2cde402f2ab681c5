# SPDX-License-Identifier: Apache-2.0
"""The books: closed in time, so that nobody changes what was reported."""

from datetime import timedelta

from apps.audit.adapters.probes.counting import none_in
from apps.audit.domain.compliance.probe import Asked, Finding, probe, unknown
from apps.audit.published import FiscalPeriods
from cortex.ports.registry import get


@probe(
    "books.periods_closed",
    title="Periods that are over are closed",
    remedy="Let an accountant close the periods named by id: /books/<company>/periods/.",
    days=60,
)
def periods_closed(asked: Asked) -> Finding:
    """Look for periods that ended long ago and still take entries."""
    day = asked.now.date() - timedelta(days=asked["days"])
    ended, waiting = get(FiscalPeriods).ended_before(day=day)
    if not ended:
        return unknown(f"No period ended more than {asked['days']} days ago.")
    return none_in(
        [str(each) for each in waiting],
        of=ended,
        well="Every period that is over is closed.",
        ill=f"Periods that ended more than {asked['days']} days ago and still take entries",
    )
