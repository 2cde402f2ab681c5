# SPDX-License-Identifier: Apache-2.0
"""What the repository needs around the program: checks, benchmarks, releases. Never imported by it."""
