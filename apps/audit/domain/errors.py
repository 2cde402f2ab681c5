# SPDX-License-Identifier: Apache-2.0
"""What stands in the way of evidence."""

from cortex.errors import CortexError


class LogMustCoverIt(CortexError):
    """The signed log does not hold yet what is to be proved by it."""

    code = "audit.log_must_cover_it"
    status = 409
