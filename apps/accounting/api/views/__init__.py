# SPDX-License-Identifier: Apache-2.0
"""One file a resource; each method declares its action, calls one service or selector, and represents it."""
