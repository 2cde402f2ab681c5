# SPDX-License-Identifier: Apache-2.0
"""How a server ends that cannot start: in one sentence, where its own way would be a traceback."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cortex.errors import CortexError

# gunicorn stops, instead of trying again for ever, when a worker ends with this code.
REFUSED = 3


@contextmanager
def ending_in_one_sentence() -> Iterator[None]:
    """End the process with the sentence of a refusal inside the body."""
    try:
        yield
    except CortexError as error:
        sys.stderr.write(f"{error.code}: {error.message}\n")
        sys.exit(REFUSED)
