# SPDX-License-Identifier: Apache-2.0
"""What people type, read strictly; the services judge it."""
