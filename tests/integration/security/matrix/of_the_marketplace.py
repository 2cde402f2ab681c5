# SPDX-License-Identifier: Apache-2.0
"""A publisher, versions in each state, a release and a report, for whoever reviews and releases."""

from collections.abc import Mapping

from apps.plugins.models import ProblemReport
from apps.plugins.services.marketplace.claim_namespace import claim_namespace
from apps.plugins.services.marketplace.report_problem import report_problem
from tests.factories.people import just_signed_in, person
from tests.factories.publishing import Market, administrator, manifest_text, reviewer


def open_marketplace() -> Mapping[str, Mapping[str, str]]:
    """Put them on the stage; return for which calls they are meant."""
    market = Market(paula=person("paula"), rita=reviewer("rita"), dana=administrator("releaser"))
    market.publisher()
    claimed = claim_namespace(
        namespace="org.example.new",
        name="New",
        contact="mailto:new@example.com",
        claimed_by=just_signed_in(market.paula),
    )
    release = market.released()
    report_problem(
        plugin_id="com.example.guard",
        version="1.0.0",
        kind="fault",
        text="It fails.",
        reported_by=just_signed_in(market.paula),
    )
    waiting = market.checked(market.submit(manifest=manifest_text(version="2.0.0")))
    signed = market.checked(market.submit(manifest=manifest_text(version="3.0.0")))
    market.approve(signed)
    market.confirm(signed)
    verbs = ("sources", "approve", "reject", "check-again")
    return {
        **{f"plugins.submission {verb}": {"object_id": str(waiting.id)} for verb in verbs},
        "plugins.submission release": {"object_id": str(signed.id)},
        "plugins.publisher confirm": {"object_id": str(claimed.id)},
        **{f"plugins.release {verb}": {"object_id": str(release.id)} for verb in ("yank", "revoke")},
        "plugins.problemreport answer": {"object_id": str(ProblemReport.objects.get().id)},
    }
