# SPDX-License-Identifier: Apache-2.0
"""Mail: written in the transaction of what it tells, sent outside it, once as far as SMTP allows."""
