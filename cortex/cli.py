# SPDX-License-Identifier: Apache-2.0
"""`cortex …`: the commands of every context; the same as `manage.py …`."""

import os
import sys

from cortex.errors import CortexError

REFUSED = 1


def main() -> None:
    """Run the command of `sys.argv`; a refusal is one line on standard error, never a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings.dev")
    # Django reads the settings' module name while it is imported.
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415
    from django.core.management import execute_from_command_line  # noqa: PLC0415
    from django.db import OperationalError  # noqa: PLC0415

    try:
        execute_from_command_line(sys.argv)
    except CortexError as error:
        sys.exit(f"{error.code}: {error.message}")
    except ImproperlyConfigured as error:
        sys.exit(f"settings: {error} On one machine, `make run` writes them to .cortex/env.")
    except OperationalError as error:
        reason = " ".join(str(error).split())
        sys.exit(f"database: {reason} Start it with `make up`, or `make run` for everything.")
