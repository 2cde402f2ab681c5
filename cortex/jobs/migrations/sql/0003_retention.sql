-- SPDX-License-Identifier: Apache-2.0

-- Retention is the service's: whoever works does not forget.
GRANT DELETE ON jobs_job TO cortex_service;
