# SPDX-License-Identifier: Apache-2.0
"""What can be done with the registry. It is the platform's, so no company is named."""

from cortex.policy.actions import Action, declare

READ = "schemas.subject.read"
REGISTER = "schemas.subject.register"
DELETE = "schemas.subject.delete"
CONFIGURE = "schemas.compatibility.change"
KEEP = "schemas.registry.keep"


def declare_actions() -> None:
    """Register the actions, all under the one scope that clients of registries know how to ask for."""
    declare(
        Action(code=READ, title="See schemas", scope="schemas"),
        Action(code=REGISTER, title="Register schemas", scope="schemas"),
        Action(code=DELETE, title="Delete schemas", scope="schemas"),
        Action(code=CONFIGURE, title="Change the compatibility asked for", scope="schemas"),
        Action(code=KEEP, title="Act for every company in the registry of schemas", scope="schemas"),
    )
