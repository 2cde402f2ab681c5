# SPDX-License-Identifier: Apache-2.0
"""Dependency injection with scopes, and the providers that the kernel calls under limits."""
