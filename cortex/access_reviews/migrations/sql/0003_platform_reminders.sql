-- SPDX-License-Identifier: Apache-2.0
-- The day on which those who answer were last reminded of a campaign over the platform.
ALTER TABLE access_reviews_platform_review ADD COLUMN reminded_date date;
GRANT UPDATE (reminded_date) ON access_reviews_platform_review TO cortex_app;
