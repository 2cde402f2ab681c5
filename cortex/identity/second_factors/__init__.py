# SPDX-License-Identifier: Apache-2.0
"""What somebody proves themselves with besides a password: passkeys, one-time passwords, recovery codes."""
