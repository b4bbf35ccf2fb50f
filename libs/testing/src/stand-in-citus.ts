import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CONTROL = `
comment = 'answers as Citus does, and distributes nothing'
default_version = '13.0'
relocatable = false
schema = pg_catalog
superuser = true
`;

/**
 * The functions and the catalogue of Citus that \`distribute\` uses, refusing what Citus refuses: a table with triggers
 * unless told to, a key without the distribution column, and a reference to a table that is not spread alike yet. What
 * it was called with is in \`stand_in.calls\`.
 */
const SCRIPT = String.raw`
CREATE SCHEMA citus;
CREATE SCHEMA stand_in;
CREATE TYPE citus.distribution_type AS ENUM ('hash', 'range', 'append');
CREATE TABLE citus.pg_dist_partition (
  logicalrelid regclass PRIMARY KEY, partmethod "char" NOT NULL, repmodel "char" NOT NULL, colocationid integer NOT NULL);
ALTER TABLE citus.pg_dist_partition SET SCHEMA pg_catalog;
CREATE TABLE stand_in.calls (number serial, call text);
CREATE TABLE stand_in.refused (name text);
CREATE TABLE stand_in.bare_shards (name text);

CREATE FUNCTION stand_in.require_allowed(given regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE target regclass;
BEGIN
  IF EXISTS (SELECT FROM stand_in.refused WHERE name = given::text) THEN
    RAISE EXCEPTION 'connection to the remote node failed';
  END IF;
  IF EXISTS (SELECT FROM pg_trigger WHERE tgrelid = given AND NOT tgisinternal)
    AND coalesce(current_setting('citus.enable_unsafe_triggers', true), 'off') <> 'on' THEN
    RAISE EXCEPTION 'cannot distribute relation "%" because it has triggers', given;
  END IF;
  FOR target IN SELECT confrelid::regclass FROM pg_constraint WHERE conrelid = given AND contype = 'f' LOOP
    IF NOT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = target) THEN
      RAISE EXCEPTION 'cannot create foreign key constraint: "%" is local', target;
    END IF;
  END LOOP;
END $$;

CREATE FUNCTION pg_catalog.create_reference_table(table_name regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM stand_in.require_allowed(table_name);
  INSERT INTO pg_dist_partition VALUES (table_name, 'n', 't', 1);
  INSERT INTO stand_in.calls (call) VALUES (format('reference %s', table_name));
END $$;

CREATE FUNCTION pg_catalog.create_distributed_table(
  table_name regclass, distribution_column text, distribution_type citus.distribution_type DEFAULT 'hash',
  colocate_with text DEFAULT 'default', shard_count integer DEFAULT NULL
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE beside integer;
BEGIN
  PERFORM stand_in.require_allowed(table_name);
  IF EXISTS (
    SELECT FROM pg_index x WHERE x.indrelid = table_name AND x.indisunique AND NOT EXISTS (
      SELECT FROM pg_attribute a
      WHERE a.attrelid = table_name AND a.attname = distribution_column AND a.attnum = ANY (x.indkey))
  ) THEN
    RAISE EXCEPTION 'cannot create constraint on "%": it has no partition column', table_name;
  END IF;
  IF colocate_with IN ('none', 'default') THEN
    beside := (SELECT coalesce(max(colocationid), 0) + 1 FROM pg_dist_partition);
  ELSE
    SELECT colocationid INTO STRICT beside FROM pg_dist_partition WHERE logicalrelid = colocate_with::regclass;
  END IF;
  INSERT INTO pg_dist_partition VALUES (table_name, 'h', 's', beside);
  INSERT INTO stand_in.calls (call) VALUES (format('%s by %s beside %s', table_name, distribution_column, colocate_with));
END $$;

CREATE FUNCTION pg_catalog.run_command_on_shards(given regclass, command text, OUT shardid bigint, OUT success boolean, OUT result text)
RETURNS SETOF record LANGUAGE plpgsql AS $$
BEGIN
  shardid := 102008; success := true;
  EXECUTE format(command, given) INTO result;
  IF EXISTS (SELECT FROM stand_in.bare_shards WHERE name = given::text) THEN result := '0'; END IF;
  RETURN NEXT;
END $$;
`;

/** A folder that PostgreSQL finds a stand-in for the extension citus in, as an `extension_control_path`. */
export async function makeStandInCitus(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'stand-in-citus-'));
  const extension = join(folder, 'extension');
  await mkdir(extension);
  await writeFile(join(extension, 'citus.control'), CONTROL);
  await writeFile(join(extension, 'citus--13.0.sql'), SCRIPT);
  // The server is another user.
  for (const path of [folder, extension]) await chmod(path, 0o755);
  return { folder, remove: () => rm(folder, { recursive: true }) };
}
