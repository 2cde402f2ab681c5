# SPDX-License-Identifier: Apache-2.0
"""People whom a provider of their organisation vouches for: who they are here, and where they belong."""
