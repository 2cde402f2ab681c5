# SPDX-License-Identifier: Apache-2.0
"""Duties about plugins: who keeps versions and keys, and when a company's second person is asked."""

from typing import Any

from tests.unit.cortex.policy.cases import COMPANY, Case


def plugin(action: str, *, is_wider: bool, **more: Any) -> Case:
    attributes = {"company": COMPANY, "plugin": "com.example.guard", "is_wider": is_wider}
    return Case(
        f"plugins.installation.{action}", about="Plugins::Installation", attributes=attributes, **more
    )


CASES_OF_PLUGINS: dict[str, tuple[Case, bool]] = {
    "install a plugin where one is enough": (plugin("install", is_wider=True), True),
    "install a plugin alone": (plugin("install", is_wider=True, needs_two=True), False),
    "install a plugin with a colleague": (
        plugin("install", is_wider=True, needs_two=True, context={"has_consent": True}),
        True,
    ),
    "upgrade a plugin to no more rights": (plugin("upgrade", is_wider=False, needs_two=True), True),
    "upgrade a plugin to more rights": (plugin("upgrade", is_wider=True, needs_two=True), False),
    "go back to more rights of a plugin": (plugin("rollback", is_wider=True, needs_two=True), False),
    "start a plugin out of quarantine": (plugin("enable", is_wider=True, needs_two=True), False),
    "accountant sees plugins": (Case("plugins.installation.read", ("accountant",)), True),
    "schedule checks plugins": (
        Case("plugins.version.check", (), kind="Service", name="scheduler"),
        True,
    ),
    "revoke a key of plugins long after signing in": (
        Case("plugins.key.revoke", ("platform-admin",), context={"is_fresh": False}),
        False,
    ),
    "schedule renews metadata of the marketplace": (
        Case("plugins.metadata.renew", (), kind="Service", name="scheduler"),
        True,
    ),
    "trust a repository long after signing in": (
        Case("plugins.repository.trust", ("platform-admin",), context={"is_fresh": False}),
        False,
    ),
    "controller chooses from versions of plugins": (Case("plugins.version.read"), True),
}
