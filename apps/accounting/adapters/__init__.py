# SPDX-License-Identifier: Apache-2.0
"""How the books reach the outside: the database's posting function, file formats, policy."""
