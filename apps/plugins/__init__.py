# SPDX-License-Identifier: Apache-2.0
"""Owns plugins, their signatures and their sandbox; it never touches the books except through services."""
