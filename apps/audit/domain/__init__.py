# SPDX-License-Identifier: Apache-2.0
"""Pure rules of the log: what a leaf holds and how it is hashed."""
