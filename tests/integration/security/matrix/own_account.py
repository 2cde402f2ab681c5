# SPDX-License-Identifier: Apache-2.0
"""Pages of one's own account, which each role calls; and the doors that have nothing to do with roles."""

from collections.abc import Collection, Iterator

from cortex.policy.routes import all_routes
from tests.integration.security.matrix.call import Call
from tests.integration.security.matrix.calls import DOORS, OF_THE_SITE, PARAMETER
from tests.integration.security.matrix.programs import DOORS as OF_PROGRAMS

SECURITY = "accounts/security/"
# By hand. Whoever stands before them is nobody yet, or brings a secret that the address or the header holds,
# or names a thing of their own: tests of these rooms, and of probing, answer for them.
OF_NO_ROLE = {
    "",
    "accounts/login/",
    "accounts/logout/",
    "accounts/one-time/<str:token>/",
    "accounts/second-factor/",
    "accounts/second-factor/add/",
    "accounts/passkey/challenge/",
    "accounts/passkey/sign-in/",
    "accounts/confirm/",
    "accounts/security/factors/<int:factor_id>/remove/",
    "accounts/security/sessions/<uuid:session_id>/end/",
    "accounts/security/programs/<uuid:authorization_id>/end/",
    "accounts/security/federation/<str:provider_id>/link/",
    "accounts/security/federation/<str:provider_id>/unlink/",
    "accounts/federation/<str:provider_id>/begin/",
    "accounts/federation/<str:provider_id>/callback/",
    "accounts/password-reset/",
    "accounts/password-reset/<str:token>/",
    "accounts/invitations/<uuid:company_id>/<str:token>/",
    "health/live",
    "health/ready",
    "health/startup",
    "metrics",
    # Pages of the site itself, which lead on to pages that ask for themselves: test_admin.py and the tests of
    # the administration answer for them.
    "admin/",
    "admin/login/",
    "admin/logout/",
    "admin/jsi18n/",
    "admin/search/",
    "admin/autocomplete/",
    "admin/r/<path:content_type_id>/<path:object_id>/",
    "admin/(?P<url>.*)$",
}
# One page for each app of the administration: its route spells all their names.
OF_AN_APP = "admin/^(?P<app_label>"


def calls_of_ones_own() -> Iterator[Call]:
    """Yield the calls at the pages of one's own account, as a page and as a form."""
    for route in all_routes():
        if _is_of_ones_own(route.path):
            for method in ("GET", "POST"):
                yield Call(method, f"/{route.path}", f"{method} /{route.path}")


def unvisited() -> Collection[str]:
    """Return the routes at which no call is made, and those that somebody named without need."""
    return {route.path for route in all_routes() if not _is_visited(route.path)} ^ OF_NO_ROLE


def _is_visited(path: str) -> bool:
    return (
        (path.startswith(DOORS) and not OF_THE_SITE.match(path))
        or path.startswith((*OF_PROGRAMS, OF_AN_APP))
        or _is_of_ones_own(path)
    )


def _is_of_ones_own(path: str) -> bool:
    return path.startswith(SECURITY) and not PARAMETER.search(path)
