# SPDX-License-Identifier: Apache-2.0
"""What authors do on their own machine: nothing here touches a database."""
