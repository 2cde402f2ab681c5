# SPDX-License-Identifier: Apache-2.0
"""Long work with progress, cancel and a result that outlives the worker."""
