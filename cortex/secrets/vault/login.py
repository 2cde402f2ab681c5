# SPDX-License-Identifier: Apache-2.0
"""Ways to log in; what proves who we are is read anew each time, so that rotation needs no restart."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hvac
from hvac import exceptions

from cortex.confidential import Secret
from cortex.secrets.environment_vault import EnvironmentVault
from cortex.secrets.options import VaultOptions
from cortex.secrets.vault.errors import REFUSED, not_permitted

# Where a pod finds it. Source: Kubernetes, "Configure Service Accounts for Pods".
SERVICE_ACCOUNT_TOKEN = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")


@dataclass(frozen=True, slots=True)
class Token:
    """A token and how long it lives; `is_ours` if this process asked for it and may revoke it."""

    text: Secret
    lives_seconds: float
    is_renewable: bool
    is_ours: bool


def log_in(client: hvac.Client, options: VaultOptions) -> Token:
    """Return a token of its own for this process; raises VaultMustPermit, and what hvac raises."""
    try:
        match options.auth:
            case "approle":
                return _approle(client, options)
            case "kubernetes":
                return _kubernetes(client, options)
            case "token":
                return _given(client)
    except (*REFUSED, exceptions.InvalidRequest, exceptions.InvalidPath):
        # 400 is how AppRole says that the secret id is wrong or used up, 404 that nothing is mounted there.
        remedy = f"check mount and role, and the credential that {options.auth} reads"
        raise not_permitted(f"a login by {options.auth}", remedy=remedy) from None


def _approle(client: hvac.Client, options: VaultOptions) -> Token:
    secret_id = EnvironmentVault().read_secret(name="VAULT_SECRET_ID")
    if secret_id is None:
        raise not_permitted("a login by approle", remedy="set VAULT_SECRET_ID_FILE")
    return _issued(
        client.auth.approle.login(
            role_id=options.role_id,
            secret_id=secret_id.reveal(),
            use_token=False,
            mount_point=options.auth_mount or "approle",
        )
    )


def _kubernetes(client: hvac.Client, options: VaultOptions) -> Token:
    # The kubelet writes it anew before it ends.
    account = EnvironmentVault().read_secret(name="VAULT_KUBERNETES_TOKEN") or _mounted(SERVICE_ACCOUNT_TOKEN)
    if account is None:
        remedy = "mount the token of the service account, or set VAULT_KUBERNETES_TOKEN_FILE"
        raise not_permitted("a login by kubernetes", remedy=remedy)
    return _issued(
        client.auth.kubernetes.login(
            role=options.kubernetes_role,
            jwt=account.reveal(),
            use_token=False,
            mount_point=options.auth_mount or "kubernetes",
        )
    )


def _mounted(path: Path) -> Secret | None:
    try:
        return Secret(path.read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError):
        return None


def _given(client: hvac.Client) -> Token:
    text = EnvironmentVault().read_secret(name="VAULT_TOKEN")
    if text is None:
        raise not_permitted("a login by token", remedy="set VAULT_TOKEN_FILE")
    client.token = text.reveal()
    found = client.auth.token.lookup_self()["data"]
    return Token(text, _life(found["ttl"]), bool(found.get("renewable")), is_ours=False)


def _issued(answer: dict[str, Any]) -> Token:
    auth = answer["auth"]
    text = Secret(auth["client_token"])
    return Token(text, _life(auth["lease_duration"]), bool(auth["renewable"]), is_ours=True)


def _life(seconds: float) -> float:
    """Return the seconds of a life; a root token says 0, which means for ever."""
    return float(seconds) or float("inf")
