-- SPDX-License-Identifier: Apache-2.0

-- Content is encrypted before it comes here, so the database can no longer compute what the digest and the
-- size of the file itself are; what it computed so far is kept. A row without a wrapped key is an old one,
-- still in the clear.
ALTER TABLE storage_stored_file
  ALTER COLUMN digest DROP EXPRESSION,
  ALTER COLUMN size_bytes DROP EXPRESSION,
  ADD COLUMN wrapped_key bytea,
  ADD CONSTRAINT storage_stored_file_digest_is_sha256 CHECK (octet_length(digest) = 32),
  ADD CONSTRAINT storage_stored_file_size_is_told CHECK (size_bytes >= 0);

-- A file never changes. How it is encrypted may: an old row once, a wrapped key at each rotation.
CREATE FUNCTION storage_refuse_other_content() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.wrapped_key IS NULL
     OR (OLD.wrapped_key IS NOT NULL AND NEW.content IS DISTINCT FROM OLD.content)
     OR (NEW.company_id, NEW.id, NEW.name, NEW.digest, NEW.size_bytes, NEW.created_at)
        IS DISTINCT FROM (OLD.company_id, OLD.id, OLD.name, OLD.digest, OLD.size_bytes, OLD.created_at) THEN
    RAISE EXCEPTION 'UPDATE on storage_stored_file is refused: a stored file never changes'
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_other_content BEFORE UPDATE ON storage_stored_file
  FOR EACH ROW EXECUTE FUNCTION storage_refuse_other_content();
ALTER TABLE storage_stored_file ENABLE ALWAYS TRIGGER refuse_other_content;
GRANT UPDATE (content, wrapped_key) ON storage_stored_file TO cortex_service;
