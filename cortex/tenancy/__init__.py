# SPDX-License-Identifier: Apache-2.0
"""Companies, and who may be seen: the boundary that nothing crosses."""

from cortex.tenancy.scope import scope, scoped_companies

__all__ = ["scope", "scoped_companies"]
