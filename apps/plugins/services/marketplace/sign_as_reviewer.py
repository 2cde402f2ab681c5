# SPDX-License-Identifier: Apache-2.0
"""Have a bundle signed as a reviewer's: the signing service looks by itself who approved it."""

from apps.plugins.domain.bundle import ATTESTATION, pack_bundle, unpack_bundle
from apps.plugins.domain.marketplace.signing import MarketplaceSigner
from cortex.ports.registry import get


def sign_as_reviewer(*, bundle: bytes) -> bytes:
    """Return the bundle with the reviewer's signature added.

    The release must be committed before: the signing service reads the database in a process of its own.
    The same bundle gives the same bytes again.

    Raises: BundleMustBeCanonical, MarketplaceSignerMustAnswer, MarketplaceSignerMustAccept with the `cause`.
    """
    attestation = get(MarketplaceSigner).review(bundle=bundle)
    return pack_bundle({**unpack_bundle(bundle), ATTESTATION: attestation})
