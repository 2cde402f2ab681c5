# SPDX-License-Identifier: Apache-2.0
"""What the host answers where a plugin asks for what it may not have; the plugin may catch it and go on."""

from cortex.errors import CortexError, Malformed


class CapabilityMustBeGranted(CortexError):
    """The manifest of this version does not name what was asked for."""

    code = "plugins.capability_must_be_granted"
    status = 403


class StorageMustSuffice(CortexError):
    """The quota of the plugin's own store would be exceeded."""

    code = "plugins.storage_must_suffice"
    status = 413


class HostRequestMustBeWellFormed(Malformed):
    """A request to the host is not what the interface says."""

    code = "plugins.host_request_must_be_well_formed"


class HttpMustBeAnswered(CortexError):
    """A request of a plugin could not be sent, or was not answered as it must be."""

    code = "plugins.http_must_be_answered"
    status = 502


class CallMustOnlyRead(CortexError):
    """A validator judges inside of another's transaction, and GET is safe: neither changes anything."""

    code = "plugins.call_must_only_read"
    status = 403


class ReadableMustBeKnown(CortexError):
    """No room of this release has what a manifest names: an entity, a field, or a verb on one."""

    code = "plugins.readable_must_be_known"
    status = 404
