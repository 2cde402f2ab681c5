# SPDX-License-Identifier: Apache-2.0
"""What one call of a plugin may use."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one call. Python in the sandbox needs 21 MiB before it does anything.

    Units: milliseconds of the wall clock; fuel is WebAssembly instructions, about 0.5 to 1 nanosecond each;
    host calls count each function of the host, and host bytes what passes through them both ways.
    """

    milliseconds: int = 2_000
    fuel: int = 5_000_000_000
    memory_bytes: int = 64 << 20
    input_bytes: int = 1 << 20
    output_bytes: int = 1 << 20
    host_calls: int = 1_000
    host_bytes: int = 8 << 20

    @classmethod
    def of_manifest(cls, written: Mapping[str, int]) -> "Limits":
        """Return what a manifest asks for; what it does not name stays as here."""
        scales = {
            "milliseconds": ("milliseconds", 1),
            "fuel_millions": ("fuel", 1_000_000),
            "memory_mib": ("memory_bytes", 1 << 20),
            "input_kib": ("input_bytes", 1 << 10),
            "output_kib": ("output_bytes", 1 << 10),
            "host_calls": ("host_calls", 1),
            "host_kib": ("host_bytes", 1 << 10),
        }
        return cls(**{scales[name][0]: value * scales[name][1] for name, value in written.items()})
