# SPDX-License-Identifier: Apache-2.0
"""`python -m … FILE < component`: compile in a process that ends afterwards, whatever is done to it.

A worker that compiled could not fork any more, and what is hostile meets bounds of memory and time here.
"""

import sys
from pathlib import Path

from apps.plugins.adapters.own_process import be_bounded
from apps.plugins.adapters.sandbox.compiled_components import require_component
from apps.plugins.adapters.sandbox.engine import Engine
from apps.plugins.adapters.sandbox.interfaces import require_allowed_imports
from cortex.errors import CortexError

_CPU_SECONDS, _DATA_BYTES, _FILE_BYTES = 120, 3 << 30, 256 << 20


def main() -> None:
    """Read a component from standard input and write its code to the file."""
    be_bounded(cpu_seconds=_CPU_SECONDS, data_bytes=_DATA_BYTES, file_bytes=_FILE_BYTES)
    engine = Engine()
    try:
        component = require_component(engine=engine, wasm=sys.stdin.buffer.read())
        require_allowed_imports(engine=engine.wasm, component=component)
    except CortexError as error:
        sys.exit(f"{error.code}: {error.message}")
    Path(sys.argv[1]).write_bytes(component.serialize())


if __name__ == "__main__":
    main()
