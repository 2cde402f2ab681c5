# SPDX-License-Identifier: Apache-2.0
"""What the program itself says about governance: checks."""
