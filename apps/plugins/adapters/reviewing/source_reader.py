# SPDX-License-Identifier: Apache-2.0
"""`python -m …`: read an archive of sources from standard input, and print what its rules find as JSON.

Python's parser can be brought down by a text; it takes this process with it and no worker.
"""

import json
import sys

from apps.plugins.adapters.own_process import be_bounded
from apps.plugins.domain.marketplace.source_archive import python_files, unpack_sources
from apps.plugins.domain.marketplace.static_rules import broken_rules, strange_imports

CPU_SECONDS, DATA_BYTES = 20, 1 << 30


def main() -> None:
    """Bound this process, and read."""
    be_bounded(cpu_seconds=CPU_SECONDS, data_bytes=DATA_BYTES, file_bytes=0)
    files = python_files(unpack_sources(sys.stdin.buffer.read()))
    broken = list(broken_rules(files))
    strange = [] if any("cannot be read" in each for each in broken) else list(strange_imports(files))
    # Warnings about hostile texts, too, go nowhere but to the pipe.
    sys.stdout.write(json.dumps({"broken": broken[:1_000], "strange": strange[:1_000]}))


if __name__ == "__main__":
    main()
