# SPDX-License-Identifier: Apache-2.0
"""How templates write what the books hold."""
