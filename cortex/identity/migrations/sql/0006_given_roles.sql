-- SPDX-License-Identifier: Apache-2.0

-- Who gave which of a member's roles: people by hand, or a rule of an OpenID provider. What a rule gave ends
-- with it; what people gave stays. `roles` holds them all, and is what policies see.
ALTER TABLE identity_membership
  ADD COLUMN roles_by_hand varchar(20)[],
  ADD COLUMN roles_by_rules jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(roles_by_rules) = 'object');
UPDATE identity_membership SET roles_by_hand = roles;
ALTER TABLE identity_membership
  ALTER COLUMN roles_by_hand SET NOT NULL,
  ADD CONSTRAINT membership_roles_by_hand_held CHECK (roles_by_hand <@ roles);
GRANT UPDATE (roles_by_hand, roles_by_rules) ON identity_membership TO cortex_app;
