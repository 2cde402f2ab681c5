-- SPDX-License-Identifier: Apache-2.0

-- The order of the log. A leaf of a verb names its entry; a head has its body here.
-- Written by the integrator alone, out of what stands in audit_entry: no foreign key pays for what cannot be,
-- and whoever verifies the log hashes the entries themselves.
CREATE TABLE audit_leaf (
  leaf_index    bigint PRIMARY KEY CHECK (leaf_index >= 0),
  entry_id      bigint UNIQUE,
  body          bytea CHECK (octet_length(body) BETWEEN 2 AND 65535),
  -- Of the entry, or of the company whose head this is; none for the platform and for `heads`.
  company_id    uuid,
  -- The place among the company's own leaves of verbs.
  company_index bigint CHECK (company_index >= 0),
  CHECK ((entry_id IS NULL) <> (body IS NULL)),
  CHECK ((company_index IS NOT NULL) = (entry_id IS NOT NULL AND company_id IS NOT NULL)),
  UNIQUE (company_id, company_index)
);
CALL cortex_make_append_only('audit_leaf');
ALTER TABLE audit_leaf ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY company_scope ON audit_leaf USING (company_id = ANY ((SELECT cortex_scope())::uuid[]))
  WITH CHECK (company_id = ANY ((SELECT cortex_scope())::uuid[]));
CREATE POLICY service_sees_all ON audit_leaf TO cortex_service USING (true);

-- C2SP tlog-tiles: 256 hashes of a level, those at the right edge fewer. Hashes say nothing about a company.
CREATE TABLE audit_tile (
  level  smallint NOT NULL CHECK (level BETWEEN 0 AND 5),
  place  bigint NOT NULL CHECK (place >= 0),
  hashes bytea NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
  PRIMARY KEY (level, place)
);
-- Hashes look random: trying to compress them costs time and saves nothing.
ALTER TABLE audit_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;
CREATE FUNCTION audit_tile_grows() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF (NEW.level, NEW.place) IS DISTINCT FROM (OLD.level, OLD.place)
     OR substr(NEW.hashes, 1, octet_length(OLD.hashes)) IS DISTINCT FROM OLD.hashes THEN
    RAISE EXCEPTION 'tile %/% may only grow', OLD.level, OLD.place USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_rewriting BEFORE UPDATE ON audit_tile FOR EACH ROW EXECUTE FUNCTION audit_tile_grows();
CREATE TRIGGER refuse_removal BEFORE DELETE ON audit_tile FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
ALTER TABLE audit_tile ENABLE ALWAYS TRIGGER refuse_rewriting, ENABLE ALWAYS TRIGGER refuse_removal;
CALL cortex_refuse_truncate('audit_tile');

-- Each company's own tree: how many leaves of verbs it has, their right edge (RFC 6962, the largest perfect
-- tree first), and its newest head: how many leaves that counts, and the head's own leaf hash and place.
CREATE TABLE audit_company_tree (
  company_id uuid PRIMARY KEY REFERENCES tenancy_company,
  leaf_count bigint NOT NULL CHECK (leaf_count > 0),
  edge       bytea NOT NULL CHECK (octet_length(edge) % 32 = 0),
  head_count bigint NOT NULL DEFAULT 0 CHECK (head_count BETWEEN 0 AND leaf_count),
  head_hash  bytea CHECK (octet_length(head_hash) = 32),
  head_index bigint,
  CHECK ((head_count = 0) = (head_hash IS NULL) AND (head_hash IS NULL) = (head_index IS NULL))
);
CALL cortex_scope_by_company('audit_company_tree');
CREATE FUNCTION audit_company_tree_grows() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.company_id <> OLD.company_id OR NEW.leaf_count < OLD.leaf_count OR NEW.head_count < OLD.head_count THEN
    RAISE EXCEPTION 'the tree of company % may only grow', OLD.company_id
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_shrinking BEFORE UPDATE ON audit_company_tree
  FOR EACH ROW EXECUTE FUNCTION audit_company_tree_grows();
CREATE TRIGGER refuse_removal BEFORE DELETE ON audit_company_tree
  FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
ALTER TABLE audit_company_tree ENABLE ALWAYS TRIGGER refuse_shrinking, ENABLE ALWAYS TRIGGER refuse_removal;
CALL cortex_refuse_truncate('audit_company_tree');

-- One row: how far the log is. `base` is what the tree holds, in commit order; `target` what is being taken
-- in, entry by entry after `after_id`. Without a base, what has no leaf yet is found by looking for it.
CREATE TABLE audit_log_state (
  id            smallint PRIMARY KEY CHECK (id = 1),
  size          bigint NOT NULL CHECK (size >= 0),
  cluster_epoch smallint NOT NULL REFERENCES database_cluster,
  base          pg_snapshot,
  target        pg_snapshot,
  after_id      bigint NOT NULL,
  fence         bigint NOT NULL,
  -- The largest tree that every configured witness has cosigned.
  cosigned_size bigint NOT NULL
);
INSERT INTO audit_log_state VALUES (1, 0, cortex_cluster_epoch(), NULL, NULL, 0, 0, 0);
CREATE FUNCTION audit_log_advances() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.size < OLD.size OR NEW.fence < OLD.fence OR NEW.cosigned_size < OLD.cosigned_size THEN
    RAISE EXCEPTION 'the log may only advance' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_going_back BEFORE UPDATE ON audit_log_state
  FOR EACH ROW EXECUTE FUNCTION audit_log_advances();
CREATE TRIGGER refuse_removal BEFORE DELETE ON audit_log_state
  FOR EACH ROW EXECUTE FUNCTION cortex_refuse_change();
ALTER TABLE audit_log_state ENABLE ALWAYS TRIGGER refuse_going_back, ENABLE ALWAYS TRIGGER refuse_removal;
CALL cortex_refuse_truncate('audit_log_state');

-- Signed notes as they were published, and the lines that witnesses added to them.
CREATE TABLE audit_checkpoint (
  size      bigint PRIMARY KEY CHECK (size > 0),
  root      bytea NOT NULL CHECK (octet_length(root) = 32),
  note      text NOT NULL CHECK (char_length(note) <= 10000),
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CALL cortex_make_append_only('audit_checkpoint');
CREATE TABLE audit_cosignature (
  size        bigint NOT NULL REFERENCES audit_checkpoint,
  witness     varchar(200) NOT NULL,
  line        text NOT NULL CHECK (char_length(line) <= 1000),
  cosigned_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (size, witness)
);
CALL cortex_make_append_only('audit_cosignature');

GRANT SELECT, INSERT ON audit_leaf, audit_checkpoint, audit_cosignature TO cortex_service;
GRANT SELECT, INSERT, UPDATE ON audit_tile, audit_company_tree TO cortex_service;
GRANT SELECT, UPDATE ON audit_log_state TO cortex_service;
-- Places and heads of one's own companies; tiles, checkpoints and how far the log is are public.
GRANT SELECT ON audit_leaf, audit_tile, audit_company_tree, audit_log_state, audit_checkpoint, audit_cosignature
  TO cortex_app;
