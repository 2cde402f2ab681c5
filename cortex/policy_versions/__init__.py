# SPDX-License-Identifier: Apache-2.0
"""Versions of the policies: from draft into force by two people, and back by one."""
