-- SPDX-License-Identifier: Apache-2.0

-- Every table here has a key into a table of the same company, which leads to the company: no second one to it.
-- In tables that grow, only the primary key begins with the company. Row-level security compares it once more,
-- and a planner without statistics would then take any index that begins with it for as good as the key.
CREATE TABLE accounting_journal_entry (
  company_id           uuid NOT NULL,
  id                   uuid NOT NULL,
  ledger_id            uuid NOT NULL,
  journal_id           uuid NOT NULL,
  fiscal_year_id       uuid NOT NULL,
  period_id            uuid NOT NULL,
  accounting_date      date NOT NULL,
  number               bigint NOT NULL CHECK (number > 0),
  reference            varchar(100) COLLATE "C" CHECK (reference <> ''),
  reverses_id          uuid,
  is_cancellation      boolean NOT NULL,
  line_count           integer NOT NULL CHECK (line_count >= 2),
  narration_commitment bytea NOT NULL CHECK (octet_length(narration_commitment) = 32),
  posted_by            varchar(200) NOT NULL,
  recorded_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
  recorded_xid         xid8 NOT NULL DEFAULT pg_current_xact_id(),
  cluster_epoch        smallint NOT NULL,
  PRIMARY KEY (company_id, id),
  CONSTRAINT journal_entry_number_unique UNIQUE (fiscal_year_id, journal_id, number, company_id),
  CONSTRAINT journal_entry_reverses_another CHECK (reverses_id <> id),
  -- A red storno takes from the sides of the entry that it cancels, so there must be one.
  CONSTRAINT journal_entry_cancels_another CHECK (reverses_id IS NOT NULL OR NOT is_cancellation),
  FOREIGN KEY (company_id, ledger_id) REFERENCES accounting_ledger,
  FOREIGN KEY (company_id, journal_id) REFERENCES accounting_journal,
  FOREIGN KEY (company_id, fiscal_year_id) REFERENCES accounting_fiscal_year,
  FOREIGN KEY (company_id, period_id) REFERENCES accounting_fiscal_period,
  FOREIGN KEY (company_id, reverses_id) REFERENCES accounting_journal_entry
);
CREATE UNIQUE INDEX journal_entry_reference_unique ON accounting_journal_entry (journal_id, reference, company_id)
  WHERE reference IS NOT NULL;
CREATE UNIQUE INDEX journal_entry_reversed_once ON accounting_journal_entry (reverses_id, company_id)
  WHERE reverses_id IS NOT NULL;
CREATE INDEX journal_entry_by_date ON accounting_journal_entry (ledger_id, accounting_date, id, company_id);

-- Personal text stands apart and can be erased; the entry keeps its salted commitment.
CREATE TABLE accounting_journal_entry_text (
  company_id      uuid NOT NULL,
  entry_id        uuid NOT NULL,
  salt            bytea NOT NULL CHECK (octet_length(salt) = 32),
  narration       varchar(1000) NOT NULL,
  -- One string a line, in line order, where lines say more than the entry; else NULL.
  line_narrations jsonb CHECK (jsonb_typeof(line_narrations) = 'array'
                               AND NOT jsonb_path_exists(line_narrations, '$[*] ? (@.type() != "string")')),
  PRIMARY KEY (company_id, entry_id),
  FOREIGN KEY (company_id, entry_id) REFERENCES accounting_journal_entry
);

CREATE TABLE accounting_journal_line (
  company_id      uuid NOT NULL,
  entry_id        uuid NOT NULL,
  line_no         smallint NOT NULL CHECK (line_no > 0),
  account_id      uuid NOT NULL,
  party_id        uuid,
  -- Reads by account never join the entry: the line carries its period and date.
  period_id       uuid NOT NULL,
  accounting_date date NOT NULL,
  currency        char(3) NOT NULL,
  -- Signed minor units, debit +, credit -; bounded so that no sum of a company overflows.
  amount_minor    bigint NOT NULL CHECK (amount_minor <> 0 AND abs(amount_minor) <= 1000000000000000),
  recorded_xid    xid8 NOT NULL DEFAULT pg_current_xact_id(),
  cluster_epoch   smallint NOT NULL,
  -- Entry and account are proved by check_lines, once a statement instead of once a line: an entry is never
  -- deleted, and the balances' key keeps an account that has lines.
  PRIMARY KEY (company_id, entry_id, line_no),
  FOREIGN KEY (company_id, party_id) REFERENCES accounting_party
);
CREATE INDEX journal_line_by_account ON accounting_journal_line
  (account_id, accounting_date, entry_id, line_no) INCLUDE (company_id, amount_minor);

CREATE TABLE accounting_journal_counter (
  company_id     uuid NOT NULL,
  journal_id     uuid NOT NULL,
  fiscal_year_id uuid NOT NULL,
  last_number    bigint NOT NULL,
  PRIMARY KEY (company_id, journal_id, fiscal_year_id),
  FOREIGN KEY (company_id, journal_id) REFERENCES accounting_journal,
  FOREIGN KEY (company_id, fiscal_year_id) REFERENCES accounting_fiscal_year
) WITH (fillfactor = 30);

-- Gross debit and gross credit are kept apart; a report costs accounts x buckets, not lines.
CREATE TABLE accounting_account_day_balance (
  company_id      uuid NOT NULL,
  account_id      uuid NOT NULL,
  currency        char(3) NOT NULL,
  accounting_date date NOT NULL,
  debit_minor     bigint NOT NULL,
  credit_minor    bigint NOT NULL,
  line_count      bigint NOT NULL,
  PRIMARY KEY (company_id, account_id, currency, accounting_date),
  FOREIGN KEY (company_id, account_id) REFERENCES accounting_account
) WITH (fillfactor = 50);
CREATE INDEX account_day_balance_by_date ON accounting_account_day_balance (company_id, accounting_date);
CREATE TABLE accounting_account_period_balance (
  company_id   uuid NOT NULL,
  account_id   uuid NOT NULL,
  currency     char(3) NOT NULL,
  period_id    uuid NOT NULL,
  debit_minor  bigint NOT NULL,
  credit_minor bigint NOT NULL,
  line_count   bigint NOT NULL,
  PRIMARY KEY (company_id, account_id, currency, period_id),
  FOREIGN KEY (company_id, account_id) REFERENCES accounting_account,
  FOREIGN KEY (company_id, period_id) REFERENCES accounting_fiscal_period
) WITH (fillfactor = 50);

DO $$
DECLARE target regclass;
BEGIN
  FOREACH target IN ARRAY ARRAY['accounting_journal_entry', 'accounting_journal_entry_text',
    'accounting_journal_line', 'accounting_journal_counter', 'accounting_account_day_balance',
    'accounting_account_period_balance']::regclass[]
  LOOP
    CALL cortex_scope_by_company(target);
    EXECUTE format('GRANT SELECT ON %s TO cortex_app, cortex_service', target);
  END LOOP;
END $$;
CALL cortex_make_append_only('accounting_journal_entry');
CALL cortex_make_append_only('accounting_journal_line');
CALL cortex_refuse_truncate('accounting_journal_entry_text');
CALL cortex_refuse_truncate('accounting_journal_counter');
CALL cortex_refuse_truncate('accounting_account_day_balance');
CALL cortex_refuse_truncate('accounting_account_period_balance');
GRANT DELETE ON accounting_journal_entry_text TO cortex_service;
