# SPDX-License-Identifier: Apache-2.0
"""The configuration of this process: read once, at the first question, and then never again."""

import os
import threading

from cortex import clock
from cortex.boot.configuration.installation import INSTALLATIONS, Installation, installation_of
from cortex.boot.configuration.loading import load
from cortex.boot.configuration.model import Configuration

_lock = threading.Lock()
_loaded: list[tuple[Installation, Configuration]] = []


def current_configuration() -> Configuration:
    """Return the configuration of this process; reads and verifies every source at the first call.

    Raises: ConfigurationRefused, at every call until the cause is gone.
    """
    with _lock:
        if not _loaded:
            _load(installation_of(os.environ))
        return _loaded[0][1]


def begin(kind: str) -> Configuration:
    """Return the configuration as this kind of installation reads it, for settings modules to begin with.

    A settings module of somebody else, which begins from ours with a star, has no kind by its name.
    """
    installation = INSTALLATIONS[kind]
    with _lock:
        if not _loaded or _loaded[0][0] != installation:
            _load(installation)
        return _loaded[0][1]


def forget() -> None:
    """Read everything anew at the next question; for tests, which change the environment."""
    with _lock:
        _loaded.clear()


def _load(installation: Installation) -> None:
    configuration = load(environ=os.environ, installation=installation, at=clock.now())
    _loaded[:] = [(installation, configuration)]
