# SPDX-License-Identifier: Apache-2.0
"""Rules on how long data is kept, how it is sealed, and who reads it."""
