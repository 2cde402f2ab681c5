# SPDX-License-Identifier: Apache-2.0
"""The administration: one site, what all its pages share, and the pages of the kernel's rooms."""
