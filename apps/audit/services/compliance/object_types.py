# SPDX-License-Identifier: Apache-2.0
"""What leaves and proposals about compliance are about."""

PACK_TYPE, RUN_TYPE, EXCEPTION_TYPE = "audit.pack", "audit.check_run", "audit.control_exception"
