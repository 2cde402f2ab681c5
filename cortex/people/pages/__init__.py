# SPDX-License-Identifier: Apache-2.0
"""The pages, one subject for each file."""
