# SPDX-License-Identifier: Apache-2.0
"""The keys of this installation, for auditors."""

from django.conf import settings

from apps.audit.adapters.chosen_keepers import chosen_policy
from apps.audit.adapters.socket_signer import SocketSigner


class ConfiguredKeys:
    """Knows the witnesses by AUDIT_WITNESSES, and the log by that file or by its signer."""

    def text(self) -> str:
        """Return the file of keys; raises WitnessesMustBeReadable, SignerMustAnswer."""
        policy = chosen_policy()
        if policy is not None:
            return policy.text
        key = SocketSigner(path=settings.AUDIT_SIGNER_SOCKET).health()["key"]
        return f"log {key}\nquorum none\n"
