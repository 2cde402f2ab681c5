# SPDX-License-Identifier: Apache-2.0
"""The keys that sign tokens: kept by the key management, published here, replaced with overlap."""
