# SPDX-License-Identifier: Apache-2.0
"""What can be configured, one small model for each subject; a field's alias is its name everywhere."""
