# SPDX-License-Identifier: Apache-2.0
"""A copy of the published log that nobody can overwrite: what belongs there, and what differs."""
