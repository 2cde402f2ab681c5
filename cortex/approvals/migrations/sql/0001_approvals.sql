-- SPDX-License-Identifier: Apache-2.0

-- What waits for a second person. A proposal without a company belongs to the platform, such as a version
-- of the policies: every session of the application sees it, and the policies say who may.
CREATE TABLE approvals_proposal (
  id                    uuid PRIMARY KEY,
  company_id            uuid REFERENCES tenancy_company,
  kind                  varchar(100) NOT NULL,
  action                varchar(100) NOT NULL,
  title                 varchar(200) NOT NULL,
  summary               jsonb NOT NULL,
  content               jsonb NOT NULL,
  -- SHA-256 (hex) of id, company, kind, action, proposer and content: what an approval is bound to.
  digest                varchar(64) NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  object_type           varchar(100) NOT NULL,
  object_id             uuid,
  amount_minor          bigint CHECK (amount_minor >= 0),
  currency              varchar(3) NOT NULL,
  proposer_kind         varchar(10) NOT NULL CHECK (proposer_kind IN ('user', 'client', 'service')),
  proposer_id           varchar(150) NOT NULL,
  proposer_user_id      uuid,
  proposer_scopes       jsonb,
  proposer_certificate  varchar(300) NOT NULL,
  proposed_at           timestamptz NOT NULL,
  expires_at            timestamptz NOT NULL CHECK (expires_at > proposed_at),
  state                 varchar(10) NOT NULL CHECK (
                        state IN ('waiting', 'approved', 'rejected', 'withdrawn', 'expired')),
  decided_by            varchar(200) NOT NULL,
  decided_by_user_id    uuid,
  -- Whose right was used, where somebody decided as another's delegate.
  decided_for_user_id   uuid,
  decided_at            timestamptz,
  reason                varchar(1000) NOT NULL,
  result_type           varchar(100) NOT NULL,
  result_id             uuid,
  -- Why it could not be carried out the last time that somebody approved.
  failure               jsonb,
  failed_at             timestamptz,
  CONSTRAINT proposal_of_company UNIQUE (company_id, id),
  CONSTRAINT proposal_decided_once CHECK ((state = 'waiting') = (decided_at IS NULL)),
  CONSTRAINT proposal_has_result CHECK ((state = 'approved') = (result_id IS NOT NULL)),
  -- The second person is a person, another one than the proposer, and acts for another one.
  CONSTRAINT proposal_second_person CHECK (
    state NOT IN ('approved', 'rejected')
    OR (decided_by_user_id IS NOT NULL AND decided_by <> proposer_kind || ':' || proposer_id
        AND (proposer_user_id IS NULL
             OR (decided_by_user_id <> proposer_user_id
                 AND coalesce(decided_for_user_id <> proposer_user_id, true)))))
);
CREATE INDEX proposal_by_state ON approvals_proposal (company_id, state, id);
CREATE INDEX proposal_waiting_until ON approvals_proposal (expires_at) WHERE state = 'waiting';
ALTER TABLE approvals_proposal ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY company_scope ON approvals_proposal
  USING (company_id IS NULL OR company_id = ANY ((SELECT cortex_scope())::uuid[]))
  WITH CHECK (company_id IS NULL OR company_id = ANY ((SELECT cortex_scope())::uuid[]));
CREATE POLICY service_sees_all ON approvals_proposal TO cortex_service USING (true);
CALL cortex_refuse_truncate('approvals_proposal');

-- A decision is final; the grants below keep what was asked for as it was.
CREATE FUNCTION approvals_check_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF OLD.state <> 'waiting' THEN
    RAISE EXCEPTION 'proposal % was % before', OLD.id, OLD.state USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decided_once BEFORE UPDATE ON approvals_proposal
  FOR EACH ROW EXECUTE FUNCTION approvals_check_change();
ALTER TABLE approvals_proposal ENABLE ALWAYS TRIGGER decided_once;

CREATE TABLE approvals_comment (
  id             uuid PRIMARY KEY,
  company_id     uuid REFERENCES tenancy_company,
  proposal_id    uuid NOT NULL,
  author         varchar(200) NOT NULL,
  text           varchar(2000) NOT NULL CHECK (text <> ''),
  written_at     timestamptz NOT NULL,
  FOREIGN KEY (company_id, proposal_id) REFERENCES approvals_proposal (company_id, id)
);
CREATE INDEX comment_by_proposal ON approvals_comment (proposal_id, id);
ALTER TABLE approvals_comment ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY company_scope ON approvals_comment
  USING (company_id IS NULL OR company_id = ANY ((SELECT cortex_scope())::uuid[]))
  WITH CHECK (company_id IS NULL OR company_id = ANY ((SELECT cortex_scope())::uuid[]));
CREATE POLICY service_sees_all ON approvals_comment TO cortex_service USING (true);
CALL cortex_make_append_only('approvals_comment');

-- The foreign key compares nothing where the company is NULL.
CREATE FUNCTION approvals_check_comment() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp
AS $$
BEGIN
  IF NEW.company_id IS NULL AND NOT EXISTS (
       SELECT FROM approvals_proposal WHERE id = NEW.proposal_id AND company_id IS NULL) THEN
    RAISE EXCEPTION 'comment on proposal %, which is not there', NEW.proposal_id
      USING ERRCODE = 'foreign_key_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER check_proposal BEFORE INSERT ON approvals_comment
  FOR EACH ROW EXECUTE FUNCTION approvals_check_comment();
ALTER TABLE approvals_comment ENABLE ALWAYS TRIGGER check_proposal;

-- Who decides in whose stead, while the other one is away.
CREATE TABLE approvals_delegation (
  id            uuid NOT NULL,
  company_id    uuid NOT NULL REFERENCES tenancy_company,
  from_user_id  uuid NOT NULL REFERENCES identity_user,
  to_user_id    uuid NOT NULL REFERENCES identity_user,
  starts_at     timestamptz NOT NULL,
  ends_at       timestamptz NOT NULL,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (company_id, id),
  CONSTRAINT delegation_to_another CHECK (from_user_id <> to_user_id),
  CONSTRAINT delegation_lasts CHECK (ends_at >= starts_at)
);
CREATE INDEX delegation_by_delegate ON approvals_delegation (company_id, to_user_id);
CALL cortex_scope_by_company('approvals_delegation');
CALL cortex_refuse_truncate('approvals_delegation');

-- Up to which amount somebody enters alone, by role or for one member, in minor units of the base currency.
CREATE TABLE approvals_entry_limit (
  id                 uuid NOT NULL,
  company_id         uuid NOT NULL REFERENCES tenancy_company,
  role               varchar(20),
  user_id            uuid REFERENCES identity_user,
  entry_limit_minor  bigint NOT NULL CHECK (entry_limit_minor BETWEEN 0 AND 1000000000000000),
  changed_at         timestamptz NOT NULL,
  PRIMARY KEY (company_id, id),
  CONSTRAINT entry_limit_of_role_or_member CHECK (num_nonnulls(role, user_id) = 1),
  CONSTRAINT entry_limit_of_role UNIQUE (company_id, role),
  CONSTRAINT entry_limit_of_member UNIQUE (company_id, user_id)
);
CALL cortex_scope_by_company('approvals_entry_limit');
CALL cortex_refuse_truncate('approvals_entry_limit');

CREATE TABLE approvals_company_rule (
  company_id              uuid PRIMARY KEY REFERENCES tenancy_company,
  requires_second_person  boolean NOT NULL,
  changed_at              timestamptz NOT NULL
);
CALL cortex_scope_by_company('approvals_company_rule');
CALL cortex_refuse_truncate('approvals_company_rule');

GRANT SELECT, INSERT ON approvals_proposal TO cortex_app;
GRANT UPDATE (state, decided_by, decided_by_user_id, decided_for_user_id, decided_at, reason, result_type,
              result_id, failure, failed_at) ON approvals_proposal TO cortex_app;
GRANT SELECT, INSERT ON approvals_comment TO cortex_app;
GRANT SELECT, INSERT, UPDATE (ends_at) ON approvals_delegation TO cortex_app;
GRANT SELECT, INSERT, DELETE, UPDATE (entry_limit_minor, changed_at) ON approvals_entry_limit TO cortex_app;
GRANT SELECT, INSERT, UPDATE (requires_second_person, changed_at) ON approvals_company_rule TO cortex_app;
GRANT SELECT ON approvals_proposal, approvals_comment, approvals_delegation, approvals_entry_limit,
  approvals_company_rule TO cortex_service;
-- Policies and triggers run as the role that asks.
GRANT EXECUTE ON FUNCTION approvals_check_change(), approvals_check_comment() TO cortex_app;
