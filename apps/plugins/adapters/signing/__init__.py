# SPDX-License-Identifier: Apache-2.0
"""Keys that sign plugins, and the envelopes of their signatures."""
