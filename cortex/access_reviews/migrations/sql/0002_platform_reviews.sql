-- SPDX-License-Identifier: Apache-2.0
-- Campaigns over the roles of the platform. They belong to no company, so that no company's scope shows them.

CREATE TABLE access_reviews_platform_review (
  id        uuid PRIMARY KEY,
  state     varchar(10) NOT NULL CHECK (state IN ('open', 'completed', 'cancelled')),
  reason    varchar(200) NOT NULL,
  due_date  date NOT NULL,
  opened_by varchar(100) NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_by varchar(100) NOT NULL DEFAULT '',
  closed_at timestamptz,
  -- The signed result as it is given out: canonical JSON, and nothing in it is computed again.
  result    bytea,
  CONSTRAINT platform_review_closed CHECK ((state = 'open') = (closed_at IS NULL)),
  CONSTRAINT platform_review_signed CHECK ((state = 'completed') = (result IS NOT NULL))
);
CREATE UNIQUE INDEX platform_review_one_open ON access_reviews_platform_review (state) WHERE state = 'open';
CALL cortex_refuse_truncate('access_reviews_platform_review');

CREATE TABLE access_reviews_platform_item (
  id              uuid PRIMARY KEY,
  review_id       uuid NOT NULL REFERENCES access_reviews_platform_review,
  user_id         uuid NOT NULL REFERENCES identity_user,
  role            varchar(20) NOT NULL,
  last_sign_in_at timestamptz,
  answer          varchar(10) NOT NULL CHECK (answer IN ('open', 'confirmed', 'revoked', 'ended')),
  note            varchar(200) NOT NULL,
  answered_by     varchar(100) NOT NULL,
  answered_at     timestamptz,
  CONSTRAINT platform_item_once UNIQUE (review_id, user_id, role),
  CONSTRAINT platform_item_answered CHECK ((answer = 'open') = (answered_at IS NULL)),
  -- Separation of duties, also for whoever comes past the program. `ended` is seen, not answered by somebody.
  CONSTRAINT platform_item_by_another CHECK (answer = 'ended' OR answered_by <> 'user:' || user_id)
);
CALL cortex_refuse_truncate('access_reviews_platform_item');

-- A closed campaign is evidence: nobody changes it or its answers any more.
CREATE FUNCTION platform_review_refuse_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'access_reviews_platform_review' THEN
    IF OLD.state <> 'open' THEN
      RAISE EXCEPTION 'access review % is %: nothing of it changes', OLD.id, OLD.state
        USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSIF EXISTS (SELECT FROM access_reviews_platform_review AS review
                 WHERE review.id = OLD.review_id AND review.state <> 'open') THEN
    RAISE EXCEPTION 'access review % is closed: its answers stay', OLD.review_id
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_closed BEFORE UPDATE ON access_reviews_platform_review
  FOR EACH ROW EXECUTE FUNCTION platform_review_refuse_closed();
CREATE TRIGGER refuse_closed BEFORE UPDATE ON access_reviews_platform_item
  FOR EACH ROW EXECUTE FUNCTION platform_review_refuse_closed();
ALTER TABLE access_reviews_platform_review ENABLE ALWAYS TRIGGER refuse_closed;
ALTER TABLE access_reviews_platform_item ENABLE ALWAYS TRIGGER refuse_closed;

GRANT SELECT, INSERT ON access_reviews_platform_review, access_reviews_platform_item TO cortex_app;
GRANT UPDATE (state, closed_by, closed_at, result) ON access_reviews_platform_review TO cortex_app;
GRANT UPDATE (answer, note, answered_by, answered_at) ON access_reviews_platform_item TO cortex_app;
