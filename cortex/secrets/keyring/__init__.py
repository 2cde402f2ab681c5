# SPDX-License-Identifier: Apache-2.0
"""Keys that this machine keeps itself, and how ciphertexts name the key that made them."""
