-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE access_reviews_review (
  id            uuid NOT NULL,
  company_id    uuid NOT NULL REFERENCES tenancy_company,
  state         varchar(10) NOT NULL CHECK (state IN ('open', 'completed', 'cancelled')),
  reason        varchar(200) NOT NULL,
  due_date      date NOT NULL,
  opened_by     varchar(100) NOT NULL,
  opened_at     timestamptz NOT NULL,
  closed_by     varchar(100) NOT NULL DEFAULT '',
  closed_at     timestamptz,
  reminded_date date,
  -- The signed result as it is given out: canonical JSON, and nothing in it is computed again.
  result        bytea,
  PRIMARY KEY (company_id, id),
  CONSTRAINT access_review_closed CHECK ((state = 'open') = (closed_at IS NULL)),
  CONSTRAINT access_review_signed CHECK ((state = 'completed') = (result IS NOT NULL))
);
-- Two campaigns at a time would ask the same question twice, and the answers could differ.
CREATE UNIQUE INDEX access_review_one_open ON access_reviews_review (company_id) WHERE state = 'open';
CALL cortex_scope_by_company('access_reviews_review');
CALL cortex_refuse_truncate('access_reviews_review');

CREATE TABLE access_reviews_item (
  id              uuid NOT NULL,
  company_id      uuid NOT NULL REFERENCES tenancy_company,
  review_id       uuid NOT NULL,
  -- No foreign key: a membership that is taken away leaves its row here.
  membership_id   uuid NOT NULL,
  user_id         uuid NOT NULL REFERENCES identity_user,
  roles           varchar(20)[] NOT NULL,
  member_since    timestamptz NOT NULL,
  last_sign_in_at timestamptz,
  last_used_at    timestamptz,
  answer          varchar(10) NOT NULL CHECK (answer IN ('open', 'confirmed', 'revoked', 'ended')),
  note            varchar(200) NOT NULL,
  answered_by     varchar(100) NOT NULL,
  answered_at     timestamptz,
  PRIMARY KEY (company_id, id),
  CONSTRAINT access_review_item_review FOREIGN KEY (company_id, review_id)
    REFERENCES access_reviews_review (company_id, id),
  CONSTRAINT access_review_item_once UNIQUE (company_id, review_id, user_id),
  CONSTRAINT access_review_item_answered CHECK ((answer = 'open') = (answered_at IS NULL)),
  -- Separation of duties, also for whoever comes past the program. `ended` is seen, not answered by somebody.
  CONSTRAINT access_review_item_by_another CHECK (answer = 'ended' OR answered_by <> 'user:' || user_id)
);
CALL cortex_scope_by_company('access_reviews_item');
CALL cortex_refuse_truncate('access_reviews_item');

-- A closed campaign is evidence: nobody changes it or its answers any more.
CREATE FUNCTION access_review_refuse_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'access_reviews_review' THEN
    IF OLD.state <> 'open' THEN
      RAISE EXCEPTION 'access review % is %: nothing of it changes', OLD.id, OLD.state
        USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSIF EXISTS (SELECT FROM access_reviews_review AS review WHERE review.company_id = OLD.company_id
                   AND review.id = OLD.review_id AND review.state <> 'open') THEN
    RAISE EXCEPTION 'access review % is closed: its answers stay', OLD.review_id
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_closed BEFORE UPDATE ON access_reviews_review
  FOR EACH ROW EXECUTE FUNCTION access_review_refuse_closed();
CREATE TRIGGER refuse_closed BEFORE UPDATE ON access_reviews_item
  FOR EACH ROW EXECUTE FUNCTION access_review_refuse_closed();
ALTER TABLE access_reviews_review ENABLE ALWAYS TRIGGER refuse_closed;
ALTER TABLE access_reviews_item ENABLE ALWAYS TRIGGER refuse_closed;

GRANT SELECT, INSERT ON access_reviews_review, access_reviews_item TO cortex_app;
GRANT UPDATE (state, closed_by, closed_at, reminded_date, result) ON access_reviews_review TO cortex_app;
GRANT UPDATE (roles, membership_id, last_sign_in_at, last_used_at, answer, note, answered_by, answered_at)
  ON access_reviews_item TO cortex_app;
GRANT SELECT ON access_reviews_review, access_reviews_item TO cortex_service;
