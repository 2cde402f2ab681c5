# SPDX-License-Identifier: Apache-2.0
"""An authority of files: an offline root, an issuing authority under it, and its register."""
