# SPDX-License-Identifier: Apache-2.0
"""Lines of the plugin's log, which administrators read. `print` writes there as well."""

import io

from cortex_sdk._host import tell

_LINE_MAX = 2_000


def debug(message: object) -> None:
    """Write a line for whoever looks for a mistake."""
    tell("debug", str(message))


def info(message: object) -> None:
    """Write a line of what happened."""
    tell("info", str(message))


def warning(message: object) -> None:
    """Write a line of what somebody should look at."""
    tell("warning", str(message))


def error(message: object) -> None:
    """Write a line of what went wrong."""
    tell("error", str(message))


class Lines(io.TextIOBase):
    """A stream whose lines go to the log; in the sandbox it stands for standard output and standard error."""

    def __init__(self, level: str) -> None:
        super().__init__()
        self._level, self._begun = level, ""

    def writable(self) -> bool:
        """Tell that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Take a text and log each line that is complete, or too long to wait for its end."""
        *lines, self._begun = (self._begun + text).split("\n")
        if len(self._begun) > _LINE_MAX:
            lines, self._begun = [*lines, self._begun], ""
        for line in lines:
            tell(self._level, line[:_LINE_MAX])
        return len(text)

    def end(self) -> None:
        """Log what was begun; the call is over and nothing ends the line."""
        begun, self._begun = self._begun, ""
        if begun:
            tell(self._level, begun)
