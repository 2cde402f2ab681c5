# SPDX-License-Identifier: Apache-2.0
"""The verifier as it lies in this installation, byte for byte."""

from importlib.resources import files


def verifier_source() -> bytes:
    """Return the file that travels with every archive."""
    return files("apps.audit.management.verifier").joinpath("verify.py").read_bytes()
