# SPDX-License-Identifier: Apache-2.0
"""Why a log cannot be read at all."""

from cortex.errors import CortexError


class LogMustBeReadable(CortexError):
    """The file is not there, or not for this account."""

    code = "boot.log_must_be_readable"
