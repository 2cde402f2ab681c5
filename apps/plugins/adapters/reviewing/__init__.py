# SPDX-License-Identifier: Apache-2.0
"""Automated checks of what publishers send in; what reads hostile texts runs in a process that ends."""
