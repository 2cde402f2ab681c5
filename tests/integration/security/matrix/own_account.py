# SPDX-License-Identifier: Apache-2.0
"""Pages of one's own account, which each role calls; and the doors that have nothing to do with roles."""

from collections.abc import Collection, Iterator, Mapping

from django.views.generic import RedirectView

from cortex.policy.routes import Route, all_routes
from tests.integration.security.matrix.call import Call
from tests.integration.security.matrix.calls import PARAMETER

SECURITY = "accounts/security/"
_STRANGER = "whoever stands before it is nobody yet: tests of the entrance, and of probing, answer for it"
_OWN = "it names a thing of one's own: tests of the account, and of probing, answer for it"
_MACHINES = "machines of the installation read it, and no row: tests of health and metrics answer for it"
_LEADS_ON = "it leads on to pages that ask for themselves: tests of the administration answer for it"
_MARKET = "everybody does the same there, and with what is their own: tests of the marketplace answer for it"
_VERSION = "marketplace/plugins/<str:plugin_id>/versions/<str:version_text>/"
_KEYS = "publishers/<str:namespace>/keys"
_SENT = "submissions/<uuid:submission_id>"
# By hand: a route at which no role is asked to call, and why.
OF_NO_ROLE: Mapping[str, str] = {
    "": "it leads on to the books",
    "accounts/login/": _STRANGER,
    "accounts/logout/": "whoever said yes would make no further call",
    "accounts/one-time/<str:token>/": _STRANGER,
    "accounts/second-factor/": _STRANGER,
    "accounts/second-factor/add/": _STRANGER,
    "accounts/passkey/challenge/": _STRANGER,
    "accounts/passkey/sign-in/": _STRANGER,
    "accounts/confirm/": _OWN,
    "accounts/security/factors/<int:factor_id>/remove/": _OWN,
    "accounts/security/sessions/<uuid:session_id>/end/": _OWN,
    "accounts/security/programs/<uuid:authorization_id>/end/": _OWN,
    "accounts/security/federation/<str:provider_id>/link/": _OWN,
    "accounts/security/federation/<str:provider_id>/unlink/": _OWN,
    "accounts/federation/<str:provider_id>/confirm/": _OWN,
    "accounts/federation/<str:provider_id>/begin/": _STRANGER,
    "accounts/federation/<str:provider_id>/callback/": _STRANGER,
    "accounts/password-reset/": _STRANGER,
    "accounts/password-reset/<str:token>/": _STRANGER,
    "accounts/invitations/<uuid:company_id>/<str:token>/": "a situation has an invitation for it",
    **dict.fromkeys(
        (
            *(
                "marketplace/",
                "marketplace/plugins/<str:plugin_id>/",
                "marketplace/publishers/<str:namespace>/",
            ),
            *(f"{_VERSION}{page}" for page in ("", "release.json", "proof.zip", "report/", "withdraw/")),
            *("marketplace/mine/", "marketplace/mine/publishers/", "marketplace/mine/submit/"),
            *(
                f"marketplace/mine/{_KEYS}/{page}"
                for page in ("", "<str:keyid>/verify/", "<str:keyid>/revoke/")
            ),
            *(f"marketplace/mine/{_SENT}/{page}" for page in ("", "bundle/", "confirm/")),
        ),
        _MARKET,
    ),
    "health/live": _MACHINES,
    "health/ready": _MACHINES,
    "health/startup": _MACHINES,
    "metrics": _MACHINES,
    "marketplace/tuf/metadata/<str:metadata_name>": "signed for everybody: tests of the repository read it",
    "marketplace/tuf/targets/<path:target_name>": "signed for everybody: tests of the repository read it",
    "admin/login/": _LEADS_ON,
    "admin/logout/": "whoever said yes would make no further call",
    "admin/autocomplete/": "no page of ours has a field that asks it",
    "admin/r/<path:content_type_id>/<path:object_id>/": _LEADS_ON,
    "admin/(?P<url>.*)$": "what no page of the administration answers is told to be absent",
}
# Two pages, of a room of companies and of one of the platform: the route spells the names of all.
OF_AN_APP = "admin/^(?P<app_label>"
APPS = ("accounting", "pki")
# Pages of the site itself, which show what the pages behind them let somebody see.
OF_THE_SITE = ("admin/", "admin/search/", "admin/jsi18n/")


def calls_of_ones_own() -> Iterator[Call]:
    """Yield the calls at the pages of one's own account, as a page and as a form."""
    for route in all_routes():
        if route.path.startswith(SECURITY) and not PARAMETER.search(route.path):
            for method in ("GET", "POST"):
                yield Call(method, f"/{route.path}", f"{method} /{route.path}", route=route.path)


def calls_of_the_site() -> Iterator[Call]:
    """Yield the calls at pages of the administration that belong to no model."""
    for path in OF_THE_SITE:
        yield Call("GET", f"/{path}", f"GET /{path}", route=path)
    (of_an_app,) = (route.path for route in all_routes() if route.path.startswith(OF_AN_APP))
    for app in APPS:
        yield Call("GET", f"/admin/{app}/", f"GET /admin/{app}/", route=of_an_app)


def unvisited(made: Collection[Call]) -> Collection[str]:
    """Return the routes at which none of these calls is made, and those that somebody named without need.

    The short address of a row is no door: it leads on to the row's page, whoever comes.
    """
    visited = {call.route for call in made if call.route}
    routes = {route.path for route in all_routes() if not _is_short_address(route)}
    return (routes - visited) ^ set(OF_NO_ROLE)


def _is_short_address(route: Route) -> bool:
    return getattr(route.view, "view_class", None) is RedirectView and route.path.endswith(
        "<path:object_id>/"
    )
