-- SPDX-License-Identifier: Apache-2.0

-- Certificates are the platform's: no company, and nothing that is secret.
CREATE TABLE pki_certificate (
  id          uuid PRIMARY KEY,
  serial      varchar(64) NOT NULL CONSTRAINT certificate_serial_unique UNIQUE
              CHECK (serial ~ '^[0-9a-f]{1,64}$'),
  spiffe_id   varchar(2048) NOT NULL CHECK (starts_with(spiffe_id, 'spiffe://')),
  starts_at   timestamptz NOT NULL,
  ends_at     timestamptz NOT NULL CHECK (ends_at > starts_at),
  revoked_at  timestamptz,
  recorded_at timestamptz NOT NULL
);
CREATE INDEX certificate_by_end ON pki_certificate (ends_at);

-- What was recorded stays; a certificate is taken back once, and for good.
CREATE FUNCTION pki_keep_certificate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL
     OR (NEW.id, NEW.serial, NEW.spiffe_id, NEW.starts_at, NEW.ends_at, NEW.recorded_at)
        IS DISTINCT FROM (OLD.id, OLD.serial, OLD.spiffe_id, OLD.starts_at, OLD.ends_at, OLD.recorded_at)
  THEN
    RAISE EXCEPTION 'certificate % is recorded already, and can only be marked as revoked, once', OLD.serial
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER keep_certificate BEFORE UPDATE OR DELETE ON pki_certificate
  FOR EACH ROW EXECUTE FUNCTION pki_keep_certificate();
CALL cortex_refuse_truncate('pki_certificate');
GRANT SELECT, INSERT, UPDATE (revoked_at) ON pki_certificate TO cortex_app;
GRANT SELECT ON pki_certificate TO cortex_service;
