# SPDX-License-Identifier: Apache-2.0
"""What is kept, held and erased of subjects."""
