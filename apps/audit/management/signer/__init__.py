# SPDX-License-Identifier: Apache-2.0
"""A program of its own that signs trees and remembers the last; who holds the books never holds its key."""
