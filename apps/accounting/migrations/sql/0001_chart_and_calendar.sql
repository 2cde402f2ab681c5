-- SPDX-License-Identifier: Apache-2.0

CREATE TABLE accounting_ledger (
  company_id              uuid NOT NULL REFERENCES tenancy_company,
  id                      uuid NOT NULL,
  code                    varchar(20) NOT NULL,
  name                    varchar(200) NOT NULL,
  base_currency           char(3) NOT NULL CHECK (base_currency ~ '^[A-Z]{3}$'),
  fiscal_year_start_month smallint NOT NULL CHECK (fiscal_year_start_month BETWEEN 1 AND 12),
  locale                  varchar(20) NOT NULL,
  PRIMARY KEY (company_id, id),
  CONSTRAINT ledger_code_unique UNIQUE (company_id, code)
);

CREATE TABLE accounting_account (
  company_id      uuid NOT NULL REFERENCES tenancy_company,
  id              uuid NOT NULL,
  ledger_id       uuid NOT NULL,
  -- Byte order: the same chart sorts the same on every machine.
  code            varchar(100) COLLATE "C" NOT NULL CHECK (code <> ''),
  name            varchar(200) NOT NULL,
  type            varchar(9) NOT NULL CHECK (type IN ('asset', 'liability', 'equity', 'income', 'expense')),
  parent_id       uuid CHECK (parent_id <> id),
  is_bank_or_cash boolean NOT NULL DEFAULT false,
  is_active       boolean NOT NULL DEFAULT true,
  PRIMARY KEY (company_id, id),
  CONSTRAINT account_code_unique UNIQUE (company_id, ledger_id, code),
  UNIQUE (company_id, ledger_id, id),
  FOREIGN KEY (company_id, ledger_id) REFERENCES accounting_ledger,
  FOREIGN KEY (company_id, ledger_id, parent_id) REFERENCES accounting_account (company_id, ledger_id, id)
);

-- A party is an opaque id; its name is personal data and can be erased on its own.
CREATE TABLE accounting_party (
  company_id uuid NOT NULL REFERENCES tenancy_company,
  id         uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (company_id, id)
);
CREATE TABLE accounting_party_name (
  company_id uuid NOT NULL REFERENCES tenancy_company,
  party_id   uuid NOT NULL,
  name       varchar(200) COLLATE "C" NOT NULL CHECK (name <> ''),
  PRIMARY KEY (company_id, party_id),
  CONSTRAINT party_name_unique UNIQUE (company_id, name),
  FOREIGN KEY (company_id, party_id) REFERENCES accounting_party
);

CREATE TABLE accounting_fiscal_year (
  company_id uuid NOT NULL REFERENCES tenancy_company,
  id         uuid NOT NULL,
  ledger_id  uuid NOT NULL,
  code       varchar(20) NOT NULL,
  start_date date NOT NULL,
  end_date   date NOT NULL CHECK (end_date >= start_date),
  PRIMARY KEY (company_id, id),
  CONSTRAINT fiscal_year_code_unique UNIQUE (company_id, ledger_id, code),
  UNIQUE (company_id, ledger_id, id),
  FOREIGN KEY (company_id, ledger_id) REFERENCES accounting_ledger,
  CONSTRAINT fiscal_years_do_not_overlap EXCLUDE USING gist
    (company_id WITH =, ledger_id WITH =, daterange(start_date, end_date, '[]') WITH &&)
);

CREATE TABLE accounting_fiscal_period (
  company_id     uuid NOT NULL REFERENCES tenancy_company,
  id             uuid NOT NULL,
  ledger_id      uuid NOT NULL,
  fiscal_year_id uuid NOT NULL,
  code           varchar(20) NOT NULL,
  start_date     date NOT NULL,
  end_date       date NOT NULL CHECK (end_date >= start_date),
  state          varchar(11) NOT NULL DEFAULT 'open'
                 CHECK (state IN ('open', 'soft_closed', 'closed', 'locked')),
  PRIMARY KEY (company_id, id),
  CONSTRAINT fiscal_period_code_unique UNIQUE (company_id, ledger_id, code),
  FOREIGN KEY (company_id, ledger_id) REFERENCES accounting_ledger,
  FOREIGN KEY (company_id, ledger_id, fiscal_year_id) REFERENCES accounting_fiscal_year (company_id, ledger_id, id),
  CONSTRAINT fiscal_periods_do_not_overlap EXCLUDE USING gist
    (company_id WITH =, ledger_id WITH =, daterange(start_date, end_date, '[]') WITH &&)
);

CREATE TABLE accounting_journal (
  company_id uuid NOT NULL REFERENCES tenancy_company,
  id         uuid NOT NULL,
  ledger_id  uuid NOT NULL,
  code       varchar(20) NOT NULL,
  name       varchar(200) NOT NULL,
  PRIMARY KEY (company_id, id),
  CONSTRAINT journal_code_unique UNIQUE (company_id, ledger_id, code),
  FOREIGN KEY (company_id, ledger_id) REFERENCES accounting_ledger
);

-- Posters share this lock, who changes the state takes it alone: nothing slips in behind a close.
CREATE FUNCTION accounting_period_lock_key(period uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN hashtextextended('accounting.fiscal_period/' || period::text, 0);

CREATE FUNCTION accounting_change_period_state() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF OLD.state = 'locked' AND NEW.state <> 'locked' THEN
    RAISE EXCEPTION 'fiscal period % is locked for good', OLD.code USING ERRCODE = 'check_violation';
  END IF;
  -- Waits until every poster that saw the old state has committed; the next ones read the new state.
  PERFORM pg_advisory_xact_lock(accounting_period_lock_key(OLD.id));
  RETURN NEW;
END $$;
CREATE TRIGGER change_state BEFORE UPDATE ON accounting_fiscal_period
  FOR EACH ROW EXECUTE FUNCTION accounting_change_period_state();
ALTER TABLE accounting_fiscal_period ENABLE ALWAYS TRIGGER change_state;

-- Entries are numbered per year: a period outside its year would number them in the wrong one.
CREATE FUNCTION accounting_check_period_in_year() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM accounting_fiscal_year y WHERE y.company_id = NEW.company_id
                    AND y.id = NEW.fiscal_year_id AND NEW.start_date >= y.start_date AND NEW.end_date <= y.end_date) THEN
    RAISE EXCEPTION 'fiscal period % lies outside its fiscal year', NEW.code USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER check_in_year BEFORE INSERT ON accounting_fiscal_period
  FOR EACH ROW EXECUTE FUNCTION accounting_check_period_in_year();
ALTER TABLE accounting_fiscal_period ENABLE ALWAYS TRIGGER check_in_year;

DO $$
DECLARE target regclass;
BEGIN
  FOREACH target IN ARRAY ARRAY['accounting_ledger', 'accounting_account', 'accounting_party',
    'accounting_party_name', 'accounting_fiscal_year', 'accounting_fiscal_period', 'accounting_journal']::regclass[]
  LOOP
    CALL cortex_scope_by_company(target);
    CALL cortex_refuse_truncate(target);
    EXECUTE format('GRANT SELECT ON %s TO cortex_app, cortex_service', target);
  END LOOP;
END $$;

GRANT INSERT ON accounting_ledger, accounting_account, accounting_party_name, accounting_fiscal_year,
  accounting_journal TO cortex_app;
GRANT INSERT (company_id, id) ON accounting_party TO cortex_app;
-- A new period is open: its state is not the caller's to give.
GRANT INSERT (company_id, id, ledger_id, fiscal_year_id, code, start_date, end_date)
  ON accounting_fiscal_period TO cortex_app;
GRANT UPDATE (name, locale) ON accounting_ledger TO cortex_app;
GRANT UPDATE (name, parent_id, is_bank_or_cash, is_active) ON accounting_account TO cortex_app;
GRANT UPDATE (state) ON accounting_fiscal_period TO cortex_app;
GRANT EXECUTE ON FUNCTION accounting_period_lock_key(uuid) TO cortex_app;
GRANT DELETE ON accounting_party_name TO cortex_service;
