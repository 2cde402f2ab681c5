# SPDX-License-Identifier: Apache-2.0
"""Doors under `/o/`. The library offers more, such as registration by anybody; we do not."""

from django.urls import path

from cortex.programs.views import metadata
from cortex.programs.views.authorization import AuthorizationView
from cortex.programs.views.device import DeviceAuthorizationView, DeviceView
from cortex.programs.views.introspection import IntrospectionView
from cortex.programs.views.logout import LogoutView
from cortex.programs.views.tokens import RevokeTokenView, TokenView
from cortex.programs.views.userinfo import UserInfoView

# The library looks its own doors up under this name.
app_name = "oauth2_provider"
urlpatterns = [
    path("authorize/", AuthorizationView.as_view(), name="authorize"),
    path("token/", TokenView.as_view(), name="token"),
    path("revoke_token/", RevokeTokenView.as_view(), name="revoke-token"),
    path("introspect/", IntrospectionView.as_view(), name="introspect"),
    path("device-authorization/", DeviceAuthorizationView.as_view(), name="device-authorization"),
    path("device/", DeviceView.as_view(), name="device"),
    path("userinfo/", UserInfoView.as_view(), name="user-info"),
    path("logout/", LogoutView.as_view(), name="rp-initiated-logout"),
    path(".well-known/jwks.json", metadata.key_set, name="jwks-info"),
    path(".well-known/openid-configuration", metadata.server_metadata, name="oidc-connect-discovery-info"),
    path(".well-known/oauth-authorization-server", metadata.server_metadata, name="oauth-server-metadata"),
]
