# SPDX-License-Identifier: Apache-2.0
"""What processes of the program that tests start have in their environment."""

import os


def inherited() -> dict[str, str]:
    """Return how programs are found and how coverage is measured, and nothing of the tests' settings."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    return {**kept, "PATH": os.environ["PATH"]}
