-- What is wrong with a backup, before anything is done with it: one sentence a line, nothing if all is well. Asks of the
-- manifest as text, of the file's name, size and checksum, of the major version of psql, and of the migrations that this
-- code knows, one a line. A manifest that is no JSON is an error.
SELECT fault
FROM (SELECT :'manifest'::jsonb AS m) AS given,
  LATERAL (VALUES
    (1, m ->> 'kind' IS DISTINCT FROM 'escrowgrid-backup', 'its manifest is not one of an EscrowGrid backup'),
    (2, (m ->> 'manifestVersion')::numeric IS DISTINCT FROM 1, 'its manifest is of a form that this release does not know'),
    (3, m ->> 'file' IS DISTINCT FROM :'name', format('its manifest is of another file, %s', m ->> 'file')),
    (4, m ->> 'format' IS NULL OR m ->> 'format' NOT IN ('plain', 'custom'), 'its format is not known'),
    (5, (m ->> 'sizeBytes')::numeric > :size,
      format('it is truncated: it has %s bytes, and had %s', :'size', m ->> 'sizeBytes')),
    (6, (m ->> 'sizeBytes')::numeric <= :size AND m ->> 'sha256' IS DISTINCT FROM :'sha256',
      'it is damaged, or not the file that was backed up: its checksum is another'),
    (7, (m ->> 'serverVersionNumber')::numeric / 10000 >= current_setting('server_version_num')::integer / 10000 + 1,
      format('it was made of PostgreSQL %s, which is newer than the %s here', m ->> 'serverVersion', current_setting('server_version'))),
    (8, substring(m ->> 'pgDumpVersion' FROM '^\d+')::integer > :tools_major,
      format('it was made by pg_dump %s, which is newer than the psql %s here', m ->> 'pgDumpVersion', :'tools_major')),
    (9, NOT coalesce(jsonb_typeof(m -> 'rows') = 'object' AND jsonb_typeof(m -> 'migrations') = 'array', false),
      'its manifest does not say what is in it')
  ) AS judged (rank, is_so, fault)
WHERE is_so
UNION ALL
SELECT format('it has the migration %s, which this release does not know', migration ->> 'name')
FROM jsonb_path_query(:'manifest'::jsonb, '$.migrations[*]') AS migration
WHERE migration ->> 'name' <> ALL (string_to_array(:'known_migrations', E'\n'))
