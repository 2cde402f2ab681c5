# SPDX-License-Identifier: Apache-2.0
"""Who signs for the marketplace of this installation, as the settings say at each call."""

from django.conf import settings

from apps.plugins.adapters.marketplace_signing.socket_signer import SocketSigner
from apps.plugins.domain.marketplace.signing import MadeSignature, SignerState


class ChosenSigner:
    """The service behind MARKETPLACE_SIGNER_SOCKET; refuses where none is named."""

    def state(self) -> SignerState:
        """Return keys and versions."""
        return self._service.state()

    def review(self, *, bundle: bytes) -> bytes:
        """Return the attestation with the reviewer's signature."""
        return self._service.review(bundle=bundle)

    def sign(self, *, role: str, payload: bytes) -> MadeSignature:
        """Return a signature over metadata."""
        return self._service.sign(role=role, payload=payload)

    @property
    def _service(self) -> SocketSigner:
        return SocketSigner(path=settings.MARKETPLACE_SIGNER_SOCKET)
