# SPDX-License-Identifier: Apache-2.0
"""What a version of the policies changes, as the pages of versions and of proposals show it."""

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cortex.backoffice.differences import differences
from cortex.policy.active import active_engine
from cortex.policy.models import PolicyVersion
from cortex.policy_versions.selectors import stored_text
from cortex.policy_versions.simulation_runs import latest_run


def simulation_shown(version: PolicyVersion) -> SafeString:
    """Return how far a simulation is or why it failed, and which decisions and rights would change."""
    found, run = version.simulation, latest_run(version)
    shown = {
        "simulation": found,
        "run": run,
        "so_far": f"{run.done:,} of {run.total:,}" if run is not None and run.total else "",
        "is_outdated": found is not None
        and version.state == PolicyVersion.State.SIMULATED
        and found["compared_with"] != active_engine().version,
    }
    return render_to_string("admin/policy_simulation_run.html", shown)


def difference_shown(version: PolicyVersion) -> SafeString:
    """Return the lines that differ from the version in force."""
    now = active_engine().version
    lines = differences(stored_text(now), version.text)
    return render_to_string("admin/policy_difference.html", {"lines": lines, "against": now})
