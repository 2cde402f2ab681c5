# SPDX-License-Identifier: Apache-2.0
"""Providers: what the kernel calls beyond itself, found by capability and version, and called under limits.

A room registers a provider for a capability; whoever asks for the capability gets its adapter inside a guard
that limits rate and number of calls, bounds their time, retries what may be retried and stops calling what
does not answer. docs/operations/providers.md tells operators, ADR 0014 tells why.
"""
