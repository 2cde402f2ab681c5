# SPDX-License-Identifier: Apache-2.0
"""Doors for signing in and out."""

from django.urls import path

from cortex.identity import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.SignInView.as_view(), name="login"),
    path("logout/", views.SignOutView.as_view(), name="logout"),
    path("one-time/<str:token>/", views.one_time_sign_in, name="one-time"),
]
