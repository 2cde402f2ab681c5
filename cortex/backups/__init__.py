# SPDX-License-Identifier: Apache-2.0
"""Backups that are proved: sealed for those who may restore them, compared with the books after a restore."""
