-- SPDX-License-Identifier: Apache-2.0

-- Lines of one statement: every entry comes whole, sums to zero, belongs to this transaction, and stands in
-- a period of its own company that takes postings. One set-based check a statement, whoever wrote it.
-- A plan is kept from when the tables were small; it must look up by key, in the order written, then, too.
CREATE FUNCTION accounting_check_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_mergejoin = off SET enable_hashjoin = off
SET enable_seqscan = off SET enable_bitmapscan = off SET join_collapse_limit = 1 AS $$
DECLARE
  culprit record;
BEGIN
  -- Lines of one entry that differ in date, period or currency fall apart into groups; one of them disagrees.
  SELECT l.entry_id, l.difference_minor, l.line_count, l.accounting_date, l.period_id, l.currency INTO culprit
    FROM (SELECT company_id, entry_id, accounting_date, period_id, currency,
                 sum(amount_minor) AS difference_minor, count(*) AS line_count, max(line_no) AS line_no_max
            FROM new_line GROUP BY company_id, entry_id, accounting_date, period_id, currency) AS l
    LEFT JOIN accounting_journal_entry e ON e.company_id = l.company_id AND e.id = l.entry_id
    LEFT JOIN accounting_ledger g ON g.company_id = e.company_id AND g.id = e.ledger_id
    LEFT JOIN accounting_fiscal_period p ON p.company_id = l.company_id AND p.id = l.period_id
   WHERE l.difference_minor <> 0
      -- Whole: as many as the entry says and, being positive and unique, numbered from 1 without a gap.
      OR NOT coalesce(l.line_count = e.line_count AND l.line_no_max = e.line_count, false)
      -- NULL, where a row is missing, must not pass for a yes.
      OR NOT coalesce(e.recorded_xid = pg_current_xact_id()
                      AND l.accounting_date = e.accounting_date AND l.period_id = e.period_id
                      AND l.currency = g.base_currency
                      AND p.ledger_id = e.ledger_id AND p.state IN ('open', 'soft_closed')
                      AND l.accounting_date BETWEEN p.start_date AND p.end_date, false)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'journal lines are refused: %', to_jsonb(culprit) USING ERRCODE = 'check_violation';
  END IF;
  -- The period is the entry's, and so is its ledger: it stands for the entry in the check of accounts.
  SELECT l.account_id, l.period_id INTO culprit
    FROM (SELECT DISTINCT company_id, account_id, period_id FROM new_line) AS l
    LEFT JOIN accounting_account a ON a.company_id = l.company_id AND a.id = l.account_id
    LEFT JOIN accounting_fiscal_period p ON p.company_id = l.company_id AND p.id = l.period_id
   WHERE NOT coalesce(a.ledger_id = p.ledger_id, false)
      -- Only a reversal may touch an account that was deactivated since.
      OR NOT a.is_active AND EXISTS (
           SELECT FROM new_line n
             JOIN accounting_journal_entry e ON e.company_id = n.company_id AND e.id = n.entry_id
            WHERE n.company_id = l.company_id AND n.account_id = l.account_id AND e.reverses_id IS NULL)
   LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'accounts of journal lines are refused: %', to_jsonb(culprit) USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER check_lines AFTER INSERT ON accounting_journal_line REFERENCING NEW TABLE AS new_line
  FOR EACH STATEMENT EXECUTE FUNCTION accounting_check_lines();
ALTER TABLE accounting_journal_line ENABLE ALWAYS TRIGGER check_lines;

-- An entry without its lines is refused at commit: one deferred check an entry, not one a line.
CREATE FUNCTION accounting_check_entry_has_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  scope_before text := current_setting('app.company_ids', true);
  counted integer;
BEGIN
  -- The scope may have been left by the time of commit; the check must see the lines all the same.
  PERFORM set_config('app.company_ids', NEW.company_id::text, true);
  SELECT count(*) INTO counted FROM accounting_journal_line
   WHERE company_id = NEW.company_id AND entry_id = NEW.id;
  PERFORM set_config('app.company_ids', coalesce(scope_before, ''), true);
  IF counted <> NEW.line_count THEN
    RAISE EXCEPTION 'journal entry % has % lines, expected %', NEW.id, counted, NEW.line_count
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER check_entry_has_lines AFTER INSERT ON accounting_journal_entry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION accounting_check_entry_has_lines();
ALTER TABLE accounting_journal_entry ENABLE ALWAYS TRIGGER check_entry_has_lines;

-- The only way to post. Locks in one order: periods (shared) -> balance rows in key order -> number
-- counter -> inserts. Arrays e_* have one element an entry, l_* one a line; l_entry counts from 1.
CREATE FUNCTION accounting_post_entries(
  p_company uuid, p_ledger uuid, p_journal uuid, p_posted_by text,
  e_id uuid[], e_date date[], e_reference text[], e_reverses uuid[], e_is_cancellation boolean[],
  e_line_count integer[], e_commitment bytea[], e_salt bytea[], e_narration text[], e_line_narrations text[],
  l_entry integer[], l_line_no integer[], l_account uuid[], l_party uuid[], l_amount bigint[]
) RETURNS TABLE (entry_id uuid, fiscal_year_id uuid, period_id uuid, number bigint, period_state text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
  here    smallint := cortex_cluster_epoch();
  base    char(3)  := (SELECT base_currency FROM accounting_ledger WHERE company_id = p_company AND id = p_ledger);
  periods uuid[];
  years   uuid[];
  refused date;
BEGIN
  -- A snapshot of the whole transaction would still show a period open that was closed meanwhile.
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'posting needs READ COMMITTED, got %', current_setting('transaction_isolation')
      USING ERRCODE = 'invalid_transaction_state';
  END IF;
  -- Below, unnest counts elements from 1 and subscripts do as the array says: they must mean the same ones.
  IF EXISTS (SELECT FROM unnest(ARRAY[array_dims(e_id), array_dims(e_date), array_dims(e_reference),
        array_dims(e_reverses), array_dims(e_is_cancellation), array_dims(e_line_count), array_dims(e_commitment),
        array_dims(e_salt), array_dims(e_narration), array_dims(e_line_narrations)]) e(shape)
        WHERE e.shape IS DISTINCT FROM format('[1:%s]', cardinality(e_id)))
     OR EXISTS (SELECT FROM unnest(ARRAY[array_dims(l_entry), array_dims(l_line_no), array_dims(l_account),
        array_dims(l_party), array_dims(l_amount)]) l(shape)
        WHERE l.shape IS DISTINCT FROM format('[1:%s]', cardinality(l_entry))) THEN
    RAISE EXCEPTION 'arrays of entries and of lines must each be of one length and count from 1'
      USING ERRCODE = 'array_subscript_error';
  END IF;
  IF base IS NULL OR NOT EXISTS (SELECT FROM accounting_journal
                                  WHERE company_id = p_company AND id = p_journal AND ledger_id = p_ledger) THEN
    RAISE EXCEPTION 'ledger % or journal % is not of this company', p_ledger, p_journal
      USING ERRCODE = 'foreign_key_violation';
  END IF;

  IF EXISTS (SELECT FROM unnest(e_reverses) reversed
               JOIN accounting_journal_entry e ON e.company_id = p_company AND e.id = reversed
              WHERE e.ledger_id <> p_ledger) THEN
    RAISE EXCEPTION 'a reversal stands in the ledger of its entry' USING ERRCODE = 'check_violation';
  END IF;

  PERFORM pg_advisory_xact_lock_shared(lock_key) FROM (
    SELECT DISTINCT accounting_period_lock_key(p.id) AS lock_key
      FROM (SELECT DISTINCT d FROM unnest(e_date) d) dates
      JOIN accounting_fiscal_period p ON p.company_id = p_company AND p.ledger_id = p_ledger
                                     AND d BETWEEN p.start_date AND p.end_date
     ORDER BY 1) AS locks;

  -- A statement of its own: at READ COMMITTED it sees what was committed while the locks were awaited.
  SELECT array_agg(p.id ORDER BY place), array_agg(p.fiscal_year_id ORDER BY place) INTO periods, years
    FROM unnest(e_date) WITH ORDINALITY dates(d, place)
    LEFT JOIN accounting_fiscal_period p ON p.company_id = p_company AND p.ledger_id = p_ledger
         AND d BETWEEN p.start_date AND p.end_date AND p.state IN ('open', 'soft_closed');
  IF array_position(periods, NULL) IS NOT NULL THEN
    refused := e_date[array_position(periods, NULL)];
    RAISE EXCEPTION 'no period takes postings on %', refused USING ERRCODE = 'CX001', DETAIL = (
      SELECT jsonb_build_object('date', refused, 'period', max(p.code), 'state', max(p.state))
        FROM accounting_fiscal_period p WHERE p.company_id = p_company AND p.ledger_id = p_ledger
         AND refused BETWEEN p.start_date AND p.end_date);
  END IF;

  -- Debit and credit stay gross. A cancellation takes from the side it corrects (red storno).
  INSERT INTO accounting_account_day_balance AS b
  SELECT p_company, account, base, e_date[entry],
         sum(CASE WHEN (amount > 0) <> e_is_cancellation[entry] THEN amount ELSE 0 END),
         sum(CASE WHEN (amount > 0) <> e_is_cancellation[entry] THEN 0 ELSE -amount END), count(*)
    FROM unnest(l_entry, l_account, l_amount) l(entry, account, amount)
   GROUP BY account, e_date[entry] ORDER BY account, e_date[entry]
  ON CONFLICT (company_id, account_id, currency, accounting_date) DO UPDATE
    SET debit_minor = b.debit_minor + EXCLUDED.debit_minor, credit_minor = b.credit_minor + EXCLUDED.credit_minor,
        line_count = b.line_count + EXCLUDED.line_count;
  INSERT INTO accounting_account_period_balance AS b
  SELECT p_company, account, base, periods[entry],
         sum(CASE WHEN (amount > 0) <> e_is_cancellation[entry] THEN amount ELSE 0 END),
         sum(CASE WHEN (amount > 0) <> e_is_cancellation[entry] THEN 0 ELSE -amount END), count(*)
    FROM unnest(l_entry, l_account, l_amount) l(entry, account, amount)
   GROUP BY account, periods[entry] ORDER BY account, periods[entry]
  ON CONFLICT (company_id, account_id, currency, period_id) DO UPDATE
    SET debit_minor = b.debit_minor + EXCLUDED.debit_minor, credit_minor = b.credit_minor + EXCLUDED.credit_minor,
        line_count = b.line_count + EXCLUDED.line_count;

  -- The last contended lock; held to commit, so a number once taken is never lost in a rollback.
  RETURN QUERY
  WITH counter AS (
    INSERT INTO accounting_journal_counter AS c (company_id, journal_id, fiscal_year_id, last_number)
    SELECT p_company, p_journal, fiscal_year, count(*) FROM unnest(years) y(fiscal_year)
     GROUP BY fiscal_year ORDER BY fiscal_year
    ON CONFLICT (company_id, journal_id, fiscal_year_id) DO UPDATE
      SET last_number = c.last_number + EXCLUDED.last_number
    RETURNING fiscal_year_id, last_number),
  entry AS (INSERT INTO accounting_journal_entry AS e (company_id, id, ledger_id, journal_id, fiscal_year_id, period_id,
    accounting_date, number, reference, reverses_id, is_cancellation, line_count, narration_commitment,
    posted_by, cluster_epoch)
  SELECT p_company, n.id, p_ledger, p_journal, n.fiscal_year, n.period, n.d,
         counter.last_number + 1 - row_number() OVER (PARTITION BY n.fiscal_year ORDER BY n.place DESC),
         n.reference, n.reverses, n.is_cancellation, n.line_count, n.commitment, p_posted_by, here
    FROM unnest(e_id, e_date, e_reference, e_reverses, e_is_cancellation, e_line_count, e_commitment, years, periods)
         WITH ORDINALITY n(id, d, reference, reverses, is_cancellation, line_count, commitment, fiscal_year, period, place)
    JOIN counter ON counter.fiscal_year_id = n.fiscal_year
  RETURNING e.id, e.fiscal_year_id, e.period_id, e.number)
  SELECT entry.id, entry.fiscal_year_id, entry.period_id, entry.number, p.state::text
    FROM entry JOIN accounting_fiscal_period p ON p.company_id = p_company AND p.id = entry.period_id;

  IF EXISTS (SELECT FROM unnest(e_line_narrations, e_line_count) t(line_narrations, line_count)
              WHERE jsonb_array_length(line_narrations::jsonb) <> line_count) THEN
    RAISE EXCEPTION 'narrations of lines must be one a line' USING ERRCODE = 'check_violation';
  END IF;
  INSERT INTO accounting_journal_entry_text (company_id, entry_id, salt, narration, line_narrations)
  SELECT p_company, id, salt, narration, line_narrations::jsonb
    FROM unnest(e_id, e_salt, e_narration, e_line_narrations) t(id, salt, narration, line_narrations);
  INSERT INTO accounting_journal_line (company_id, entry_id, line_no, account_id, party_id, period_id,
    accounting_date, currency, amount_minor, cluster_epoch)
  SELECT p_company, e_id[entry], line_no, account, party, periods[entry], e_date[entry], base, amount, here
    FROM unnest(l_entry, l_line_no, l_account, l_party, l_amount) l(entry, line_no, account, party, amount);
END $$;
REVOKE EXECUTE ON FUNCTION accounting_post_entries(uuid, uuid, uuid, text, uuid[], date[], text[], uuid[],
  boolean[], integer[], bytea[], bytea[], text[], text[], integer[], integer[], uuid[], uuid[], bigint[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounting_post_entries(uuid, uuid, uuid, text, uuid[], date[], text[], uuid[],
  boolean[], integer[], bytea[], bytea[], text[], text[], integer[], integer[], uuid[], uuid[], bigint[]) TO cortex_app;
