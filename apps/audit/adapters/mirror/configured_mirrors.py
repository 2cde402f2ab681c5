# SPDX-License-Identifier: Apache-2.0
"""The mirror that the settings name; its keys are secrets of the vault."""

from django.conf import settings

from apps.audit.adapters.mirror.s3_mirror import Bucket, S3Mirror
from apps.audit.domain.mirror.mirror import MirrorMustBeConfigured, MirrorPlace
from cortex.confidential import Secret
from cortex.ports.registry import get
from cortex.ports.vault import Vault

KEY_ID, SECRET_KEY = "AUDIT_MIRROR_KEY_ID", "AUDIT_MIRROR_SECRET_KEY"


class ConfiguredMirrors:
    """Opens it."""

    def configured(self) -> MirrorPlace | None:
        """Return the mirror, None where no address is given."""
        if not settings.AUDIT_MIRROR_ADDRESS:
            return None
        if not settings.AUDIT_MIRROR_BUCKET:
            raise _missing("AUDIT_MIRROR_BUCKET")
        bucket = Bucket(
            address=settings.AUDIT_MIRROR_ADDRESS,
            name=settings.AUDIT_MIRROR_BUCKET,
            region=settings.AUDIT_MIRROR_REGION,
            authorities=settings.AUDIT_MIRROR_CACERT,
            key_id=_secret(KEY_ID),
            secret_key=_secret(SECRET_KEY),
        )
        name = f"{bucket.address}/{bucket.name}"
        return MirrorPlace(name=name, mirror=S3Mirror(bucket), kept_days=settings.AUDIT_MIRROR_DAYS)


def _secret(name: str) -> Secret:
    found = get(Vault).read_secret(name=name)
    if found is None:
        raise _missing(name)
    return found


def _missing(name: str) -> MirrorMustBeConfigured:
    return MirrorMustBeConfigured(
        f"Mirror of the log: expected {name}, got none. See docs/operations/log-mirror.md.",
        evidence={"object": name, "remedy": "see docs/operations/log-mirror.md"},
    )
