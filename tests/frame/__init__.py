# SPDX-License-Identifier: Apache-2.0
"""What the tests stand on: a server, a migrated template database, clones of it, and a closed network."""
