# SPDX-License-Identifier: Apache-2.0
"""Foreign code in WebAssembly: no file, no socket, no clock but the host's, and bounds on everything.

The host defines a few harmless functions of WASI itself and lets all others trap: wasmtime's own WASI would
bring a sleep that no deadline interrupts. Nothing of wasmtime is imported before a plugin is called.
"""
