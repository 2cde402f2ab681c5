# SPDX-License-Identifier: Apache-2.0
"""What collecting static files for an image needs: no server, no secret, nothing of a machine.

A process that served with it would reach no database, and production refuses its key.
"""

from cortex.boot.configuration import begin

begin("build")

from settings.base import *  # noqa: E402
