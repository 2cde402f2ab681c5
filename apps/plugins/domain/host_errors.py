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
