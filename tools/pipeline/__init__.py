# SPDX-License-Identifier: Apache-2.0
"""`make pipeline`: from a commit to an image that was really started, with bills of what is in it."""
