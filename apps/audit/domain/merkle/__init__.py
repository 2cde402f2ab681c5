# SPDX-License-Identifier: Apache-2.0
"""The tree over the leaves: RFC 6962 hashes, kept in the tiles of C2SP tlog-tiles.

Everything here is pure: tiles come in by a function and go out as bytes, whoever keeps them.
"""
