# SPDX-License-Identifier: Apache-2.0
"""The bounded contexts; they meet only at each other's `published`."""
