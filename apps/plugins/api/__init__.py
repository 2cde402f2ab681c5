# SPDX-License-Identifier: Apache-2.0
"""Plugins as programs see them."""
