# SPDX-License-Identifier: Apache-2.0
"""What can go wrong, and how a validator says no."""


class PluginError(Exception):
    """The root of all that this package raises."""


class Refused(PluginError):
    """The host refused a call: `code` is stable, such as `plugins.interface_must_be_granted`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message


class Rejected(PluginError):
    """Raised by a validator: what was to be done is not done, and people read `reason`."""

    def __init__(self, reason: str, *, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy
