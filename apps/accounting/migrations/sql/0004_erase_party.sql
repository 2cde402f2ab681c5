-- SPDX-License-Identifier: Apache-2.0

-- The only way for the application to delete what the books say in words: the name of one party, and the texts
-- of every entry that has a line with it. Entries, lines, amounts and commitments stay as they are.
CREATE FUNCTION accounting_erase_party(p_company uuid, p_party uuid) RETURNS TABLE (names bigint, texts bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM accounting_party_name n WHERE n.company_id = p_company AND n.party_id = p_party;
  GET DIAGNOSTICS names = ROW_COUNT;
  DELETE FROM accounting_journal_entry_text t WHERE t.company_id = p_company AND t.entry_id IN (
    SELECT l.entry_id FROM accounting_journal_line l WHERE l.company_id = p_company AND l.party_id = p_party);
  GET DIAGNOSTICS texts = ROW_COUNT;
  RETURN NEXT;
END $$;
REVOKE EXECUTE ON FUNCTION accounting_erase_party(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION accounting_erase_party(uuid, uuid) TO cortex_app;
