# SPDX-License-Identifier: Apache-2.0
"""Compile what a version brought along, on this machine, in a process that ends."""

from apps.plugins.adapters.compiled_place import compiled_components
from apps.plugins.models import PluginVersion
from apps.plugins.selectors.bundles import component_of


def compile_component(*, wasm: bytes) -> str:
    """Return the SHA-256 of the component, compiled here unless it was; it takes seconds.

    Raises: ComponentMustBeAllowed, ComponentMustCompile, PlaceMustBePrivate, VaultMustBeReachable.
    """
    return compiled_components().compile(wasm=wasm)


def compile_version(*, version: PluginVersion) -> str:
    """Do the same with the stored bundle of a version: on each machine once, and after each release."""
    return compile_component(wasm=component_of(version))
