# SPDX-License-Identifier: Apache-2.0
"""Keys of packs, the packs of this release, and licensed texts beside them."""
