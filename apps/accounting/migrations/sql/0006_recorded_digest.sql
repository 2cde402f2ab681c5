-- SPDX-License-Identifier: Apache-2.0

-- When, in which transaction and of which cluster an entry was recorded decides what was known when. Digests
-- cover that from version 2 on; entries from before keep the digest of their leaf, which does not.
ALTER TABLE accounting_journal_entry
  ADD COLUMN digest_version smallint NOT NULL DEFAULT 1 CHECK (digest_version IN (1, 2));

-- It returns what the digest needs and the database alone knows, and is otherwise as it was.
DROP FUNCTION accounting_post_entries(uuid, uuid, uuid, text, uuid[], date[], text[], uuid[],
  boolean[], integer[], bytea[], bytea[], text[], text[], integer[], integer[], uuid[], uuid[], bigint[]);
-- The only way to post. Locks in one order: periods (shared) -> balance rows in key order -> number
-- counter -> inserts. Arrays e_* have one element an entry, l_* one a line; l_entry counts from 1.
CREATE FUNCTION accounting_post_entries(
  p_company uuid, p_ledger uuid, p_journal uuid, p_posted_by text,
  e_id uuid[], e_date date[], e_reference text[], e_reverses uuid[], e_is_cancellation boolean[],
  e_line_count integer[], e_commitment bytea[], e_salt bytea[], e_narration text[], e_line_narrations text[],
  l_entry integer[], l_line_no integer[], l_account uuid[], l_party uuid[], l_amount bigint[]
) RETURNS TABLE (entry_id uuid, fiscal_year_id uuid, period_id uuid, number bigint, period_state text,
  recorded_at timestamptz, recorded_xid text, cluster_epoch smallint)
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
    posted_by, cluster_epoch, digest_version)
  SELECT p_company, n.id, p_ledger, p_journal, n.fiscal_year, n.period, n.d,
         counter.last_number + 1 - row_number() OVER (PARTITION BY n.fiscal_year ORDER BY n.place DESC),
         n.reference, n.reverses, n.is_cancellation, n.line_count, n.commitment, p_posted_by, here, 2
    FROM unnest(e_id, e_date, e_reference, e_reverses, e_is_cancellation, e_line_count, e_commitment, years, periods)
         WITH ORDINALITY n(id, d, reference, reverses, is_cancellation, line_count, commitment, fiscal_year, period, place)
    JOIN counter ON counter.fiscal_year_id = n.fiscal_year
  RETURNING e.id, e.fiscal_year_id, e.period_id, e.number, e.recorded_at, e.recorded_xid, e.cluster_epoch)
  SELECT entry.id, entry.fiscal_year_id, entry.period_id, entry.number, p.state::text,
         entry.recorded_at, entry.recorded_xid::text, entry.cluster_epoch
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
