# SPDX-License-Identifier: Apache-2.0
"""Checks of the repository that no ready-made tool makes; each has a test that proves it can fail."""
