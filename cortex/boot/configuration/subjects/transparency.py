# SPDX-License-Identifier: Apache-2.0
"""The log of what was done: its name, who signs its trees, and who cosigns them."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from cortex.boot.configuration.readers import Place, Text, Whole
from cortex.boot.configuration.subjects.secrets import Address
from cortex.boot.configuration.subjects.subject import Subject


class Transparency(Subject):
    """Nothing here is secret: the key stays with the signer."""

    origin: Annotated[str, Text()] = Field("", alias="AUDIT_LOG_ORIGIN")
    signer_socket: Annotated[str, Place()] = Field("", alias="AUDIT_SIGNER_SOCKET")
    witnesses: Annotated[str, Place()] = Field("", alias="AUDIT_WITNESSES")
    marketplace_signer: Annotated[str, Place()] = Field("", alias="MARKETPLACE_SIGNER_SOCKET")
    pack_keys: Annotated[str, Place()] = Field("", alias="COMPLIANCE_PACK_KEYS")
    licensed_texts: Annotated[str, Place()] = Field("", alias="COMPLIANCE_TEXTS")

    mirror_address: Annotated[str, Address()] = Field("", alias="AUDIT_MIRROR_ADDRESS")
    mirror_bucket: Annotated[str, Text()] = Field("", alias="AUDIT_MIRROR_BUCKET")
    mirror_region: Annotated[str, Text()] = Field("us-east-1", alias="AUDIT_MIRROR_REGION")
    mirror_authorities: Annotated[str, Place()] = Field("", alias="AUDIT_MIRROR_CACERT")
    mirror_days: Annotated[int, Whole(1)] = Field(3650, alias="AUDIT_MIRROR_DAYS")

    def origin_at(self, *, public_url: str) -> str:
        """Return the log's name: the one that was given, else the host that people reach and `/log`."""
        return self.origin or f"{urlsplit(public_url).hostname or 'localhost'}/log"
