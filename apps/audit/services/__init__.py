# SPDX-License-Identifier: Apache-2.0
"""What is done with the log: leaves get their places, the tree is sealed, checkpoints are published."""
