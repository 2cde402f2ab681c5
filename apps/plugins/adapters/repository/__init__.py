# SPDX-License-Identifier: Apache-2.0
"""Signed metadata of what is published, after The Update Framework: made, read, fetched and carried."""
