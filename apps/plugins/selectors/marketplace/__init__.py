# SPDX-License-Identifier: Apache-2.0
"""Reads of the marketplace: what is public, what is one's own, and what waits for reviewers."""
