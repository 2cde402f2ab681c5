# SPDX-License-Identifier: Apache-2.0
"""Doors for signing in and out, and for looking after one's account."""

from django.urls import path

from cortex.people.federation import pages as federation
from cortex.people.pages import account, confirming, invited, members, programs, resetting, signing_in

_member = "companies/<str:company_code>/members/<uuid:user_id>"
_invitation = "companies/<str:company_code>/invitations/<uuid:invitation_id>"

app_name = "accounts"
urlpatterns = [
    path("login/", signing_in.sign_in, name="login"),
    path("logout/", signing_in.sign_out, name="logout"),
    path("one-time/<str:token>/", signing_in.one_time_sign_in, name="one-time"),
    path("second-factor/", signing_in.second_factor, name="second-factor"),
    path("second-factor/add/", account.enrol, name="enrol"),
    path("passkey/challenge/", signing_in.passkey_challenge, name="passkey-challenge"),
    path("passkey/sign-in/", signing_in.passkey_sign_in, name="passkey-sign-in"),
    path("confirm/", confirming.confirm, name="confirm"),
    path("security/", account.overview, name="security"),
    path("security/password/", account.password, name="password"),
    path("security/passkeys/add/", account.add_passkey, name="add-passkey"),
    path("security/passkeys/options/", account.passkey_options, name="passkey-options"),
    path("security/app/begin/", account.begin_app, name="begin-app"),
    path("security/app/confirm/", account.confirm_app, name="confirm-app"),
    path("security/recovery-codes/", account.renew_recovery_codes, name="recovery-codes"),
    path("security/factors/<int:factor_id>/remove/", account.remove, name="remove-factor"),
    path("security/sessions/<uuid:session_id>/end/", account.end, name="end-session"),
    path("security/sessions/end-others/", account.end_others, name="end-other-sessions"),
    path("security/programs/", programs.overview, name="programs"),
    path("security/programs/<uuid:authorization_id>/end/", programs.end, name="end-program"),
    path("security/federation/<str:provider_id>/link/", federation.begin_linking, name="link-federation"),
    path("security/federation/<str:provider_id>/unlink/", federation.end_linking, name="unlink-federation"),
    path("federation/<str:provider_id>/confirm/", federation.begin_confirming, name="confirm-federation"),
    path("federation/<str:provider_id>/begin/", federation.begin, name="federation"),
    path("federation/<str:provider_id>/callback/", federation.callback, name="federation-callback"),
    path("password-reset/", resetting.ask, name="password-reset"),
    path("password-reset/<str:token>/", resetting.replace, name="password-reset-link"),
    path("invitations/<uuid:company_id>/<str:token>/", invited.accept, name="invitation"),
    path("companies/<str:company_code>/members/", members.overview, name="members"),
    path(f"{_member}/roles/", members.change_roles, name="change-roles"),
    path(f"{_member}/revoke/", members.revoke, name="revoke-membership"),
    path("companies/<str:company_code>/invitations/", members.invite_member, name="invite"),
    path(f"{_invitation}/resend/", members.resend, name="resend-invitation"),
    path(f"{_invitation}/withdraw/", members.withdraw, name="withdraw-invitation"),
]
