# SPDX-License-Identifier: Apache-2.0
"""Policies that no role alone meets: in a situation, by a command, as a service, or about what is to come."""

from tests.integration.security.matrix.situations import told_situations
from tests.integration.security.matrix.test_commands import COMMANDS, VERBS
from tests.integration.security.matrix.unreached import OF_ONES_OWN, OF_PLUGINS, TO_COME
from tests.integration.security.test_services import HELP, SERVICES


def missed_elsewhere() -> set[str]:
    """Return those that another file than expected_access.yaml answers for."""
    met = {name for each in told_situations() for name in each.policies}
    return met | {*SERVICES, *COMMANDS, *VERBS, HELP, *TO_COME, *OF_ONES_OWN, *OF_PLUGINS}
