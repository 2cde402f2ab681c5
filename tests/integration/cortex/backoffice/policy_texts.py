# SPDX-License-Identifier: Apache-2.0
"""A platform administrator, and policies to write."""

from cortex.identity.models import User
from cortex.policy.packaged import packaged_text
from tests.factories.people import create_user

NO_JOBS = """
@id("test.nobody_cancels_jobs")
@title("Jobs are not cancelled these days")
forbid (principal, action == Cortex::Action::"jobs.job.cancel", resource);
"""


def text_with(extra: str) -> str:
    """Return what the program brings along, and one policy more."""
    return packaged_text() + extra


def platform_administrator(name: str) -> User:
    """Create somebody who administers the platform."""
    return create_user(username=name, full_name=name.capitalize(), is_platform_administrator=True)
