-- Runs inside the transaction that loads a backup, after it: fails unless what was loaded is what the manifest
-- (`escrowgrid.manifest`) says, and its books hold. What takes the code of EscrowGrid, the hashes, is verified later.
-- Whole tables are compared: looking up one row after the other would take hours.
SET LOCAL enable_nestloop = off;
SET LOCAL enable_mergejoin = off;
DO $$
DECLARE
  manifest jsonb := current_setting('escrowgrid.manifest');
  found text;
BEGIN
  SELECT to_jsonb(array_agg(to_jsonb(m) ORDER BY m.id))::text INTO found FROM public.schema_migrations m;
  IF found::jsonb IS DISTINCT FROM manifest -> 'migrations' THEN
    RAISE EXCEPTION 'the migrations that were loaded are not those of the manifest: %', found;
  END IF;
  IF current_setting('escrowgrid.rows')::jsonb IS DISTINCT FROM manifest -> 'rows' THEN
    RAISE EXCEPTION 'the rows that were loaded are not those of the manifest: %', current_setting('escrowgrid.rows');
  END IF;

  SELECT array_to_string((array_agg(p.id))[:5], ', ') INTO found FROM (
    SELECT p.id
    FROM public.positions p
    LEFT JOIN (
      SELECT institution_id, position_id, count(*) AS steps, max(seq) AS last_seq
      FROM public.position_events GROUP BY 1, 2
    ) AS e ON (e.institution_id, e.position_id) = (p.institution_id, p.id)
    LEFT JOIN (
      SELECT institution_id, position_id, count(*) AS steps, max(seq) AS last_seq,
        (array_agg(hash ORDER BY seq DESC))[1] AS head,
        coalesce(sum(amount) FILTER (WHERE debit_account = 'depositor' AND credit_account = 'escrow'), 0) AS funded,
        coalesce(sum(amount) FILTER (WHERE debit_account = 'escrow' AND credit_account = 'beneficiary'), 0) AS released,
        coalesce(sum(amount) FILTER (WHERE debit_account = 'escrow' AND credit_account = 'depositor'), 0) AS refunded
      FROM public.ledger_events GROUP BY 1, 2
    ) AS l ON (l.institution_id, l.position_id) = (p.institution_id, p.id)
    WHERE (p.version, p.version, p.version, p.version, p.ledger_head, p.released_amount, p.refunded_amount)
        IS DISTINCT FROM (e.steps, e.last_seq, l.steps, l.last_seq, l.head, l.released, l.refunded)
      OR l.funded NOT IN (0, p.amount)
      OR (l.funded = 0 AND p.state NOT IN ('CREATED', 'CANCELLED', 'EXPIRED'))
  ) AS p;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION 'the events of positions do not make what is stored of them: %', found;
  END IF;

  SELECT array_to_string((array_agg(position_id))[:5], ', ') INTO found FROM (
    SELECT position_id
    FROM (
      SELECT position_id, previous_hash,
        lag(hash, 1, repeat('0', 64)) OVER (PARTITION BY institution_id, position_id ORDER BY seq) AS hash_before
      FROM public.ledger_events
    ) AS chained
    WHERE previous_hash <> hash_before
  ) AS broken;
  IF found IS NOT NULL THEN
    RAISE EXCEPTION 'the hash chain of positions is broken: %', found;
  END IF;
END
$$;
