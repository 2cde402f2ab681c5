# SPDX-License-Identifier: Apache-2.0
"""Nobody is refused without a decision in the log: denials are raised where they are recorded alone."""

import ast
from collections.abc import Iterator, Mapping

from tests.architecture.sources import modules

# Refusals that a person meets, and the modules that record a decision before they raise one.
ERRORS = {
    "AccessMustBeGranted",
    "ApprovalMustComeFirst",
    "CertificateMustBeShown",
    "DenialIsRecorded",
    "HttpResponseForbidden",
    "PermissionDenied",
    "StepUpMustComeFirst",
}
OF_THE_PAGES = "cortex/backoffice/refusing.py"
# The error is made of a decision by `refusal`, which the authorizer alone calls, after recording it.
OF_DECISIONS, AUTHORIZER = "cortex/policy/refusals.py", "cortex/policy/authorizer.py"
# They send somebody to confirm who they are before anything is decided.
LEAD_TO_A_SIGN_IN = {"cortex/identity/freshness.py", "cortex/people/enrolment.py"}


def refused_past(sources: Mapping[str, ast.Module]) -> list[str]:
    """Return where an error of a denial is made or raised by name, outside of the one way."""
    return sorted(
        f"{path}:{node.lineno} {name}"
        for path, module in sources.items()
        if path not in (OF_THE_PAGES, OF_DECISIONS)
        for node, name in _named(module)
        if name in ERRORS and not (name == "StepUpMustComeFirst" and path in LEAD_TO_A_SIGN_IN)
    )


def _named(module: ast.Module) -> Iterator[tuple[ast.expr, str]]:
    """Yield what is called and what is raised without being caught first, by the last part of its name."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            yield node.func, _last(node.func)
        elif isinstance(node, ast.Raise) and node.exc is not None:
            yield node.exc, _last(node.exc)


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def makers_of_refusals() -> list[str]:
    """Return the modules that take `refusal` from the policies' room."""
    return sorted(
        path
        for path, module in modules().items()
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "cortex.policy.refusals"
    )


class TestEveryDoor:
    def test_refuses_in_the_one_way(self) -> None:
        assert refused_past(modules()) == []

    def test_lets_the_authorizer_alone_make_the_refusal_of_a_decision(self) -> None:
        assert makers_of_refusals() == [AUTHORIZER]


class TestDoorThatRefusesPastIt:
    def test_is_found(self) -> None:
        sources = {
            "raised.py": ast.parse("raise PermissionDenied"),
            "made.py": ast.parse("raise PermissionDenied('no') from error"),
            "of_a_module.py": ast.parse("raise authorizer.AccessMustBeGranted('no')"),
            "answered.py": ast.parse("def page():\n    return HttpResponseForbidden('no')"),
            "passed_on.py": ast.parse("try:\n    ask()\nexcept StepUpMustComeFirst:\n    raise"),
            OF_THE_PAGES: ast.parse("raise DenialIsRecorded"),
        }
        assert refused_past(sources) == [
            "answered.py:2 HttpResponseForbidden",
            "made.py:1 PermissionDenied",
            "of_a_module.py:1 AccessMustBeGranted",
            "raised.py:1 PermissionDenied",
        ]
