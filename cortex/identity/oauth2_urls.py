# SPDX-License-Identifier: Apache-2.0
"""OAuth2 endpoints that are open: get a token, give it back. The library offers more; we do not."""

from django.urls import path
from oauth2_provider.views import RevokeTokenView, TokenView

app_name = "oauth2_provider"
urlpatterns = [
    path("token/", TokenView.as_view(), name="token"),
    path("revoke_token/", RevokeTokenView.as_view(), name="revoke-token"),
]
