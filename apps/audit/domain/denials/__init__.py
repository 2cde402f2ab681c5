# SPDX-License-Identifier: Apache-2.0
"""Seals over what was denied: how one is made, and what does not fit it any more."""
