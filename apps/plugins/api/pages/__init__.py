# SPDX-License-Identifier: Apache-2.0
"""The marketplace as people see it: pages of the server, whole without a script."""
