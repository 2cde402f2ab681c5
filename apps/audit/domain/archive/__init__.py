# SPDX-License-Identifier: Apache-2.0
"""Evidence archives: the same leaves, documents and checkpoint always give the same bytes.

Everything here is pure: leaves and documents come in by iterators, so that no archive has to fit into memory.
"""
