# SPDX-License-Identifier: Apache-2.0
"""Reads of the books; each call is one transaction and returns plain values."""
