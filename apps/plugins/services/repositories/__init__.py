# SPDX-License-Identifier: Apache-2.0
"""What is done with repositories of others: trust them, take plugins from them, ask what was withdrawn."""
