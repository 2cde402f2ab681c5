# SPDX-License-Identifier: Apache-2.0
"""The verifier that travels with every archive; nothing of the program is needed to run it."""
