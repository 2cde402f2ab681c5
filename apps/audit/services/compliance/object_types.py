# SPDX-License-Identifier: Apache-2.0
"""What leaves and proposals about compliance are about."""

PROCEDURE_TYPE, EXCEPTION_END_TYPE = "audit.procedure_record", "audit.exception_end"
PACK_TYPE, RUN_TYPE, EXCEPTION_TYPE = "audit.pack", "audit.check_run", "audit.control_exception"
