# SPDX-License-Identifier: Apache-2.0
"""`python -m … CPU_SECONDS DATA_BYTES FILE_BYTES WORDS…`: run componentize-py under bounds of the kernel.

Sources run in WebAssembly while they are built, and the tool puts no bound on what they calculate.
"""

import sys

from apps.plugins.adapters.own_process import be_bounded


def main() -> None:
    """Bound this process and be the tool."""
    cpu_seconds, data_bytes, file_bytes = map(int, sys.argv[1:4])
    from componentize_py import script  # type: ignore[import-untyped, unused-ignore]  # noqa: PLC0415

    be_bounded(cpu_seconds=cpu_seconds, data_bytes=data_bytes, file_bytes=file_bytes)
    del sys.argv[1:4]
    sys.exit(script())


if __name__ == "__main__":
    main()
