# SPDX-License-Identifier: Apache-2.0
"""What can be done with certificates of services; they are the platform's."""

from cortex.policy.actions import Action, declare

READ = "pki.certificate.read"
RECORD = "pki.certificate.record"
REVOKE = "pki.certificate.revoke"


def declare_actions() -> None:
    """Register the actions."""
    declare(
        Action(code=READ, title="See certificates of services", scope="platform:read"),
        Action(code=RECORD, title="Record what the authority issued", scope="platform:write"),
        Action(code=REVOKE, title="Take a certificate of a service back", scope="platform:write"),
    )
