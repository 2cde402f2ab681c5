# SPDX-License-Identifier: Apache-2.0
"""What the kernel offers and needs, as Protocols; contexts bind their adapters in the registry."""
