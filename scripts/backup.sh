#!/usr/bin/env bash
# Writes one backup of an EscrowGrid database, with a manifest of what is in it; see --help, and docs/BACKUP.md.
set -euo pipefail

program=backup.sh
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/backup/words.sh"
. "$here/backup/connection.sh"
. "$here/backup/encryption.sh"

usage() {
  cat <<'HELP'
Usage: backup.sh [options]

Writes one backup of the database into a folder, as of one moment, while the service goes on: a dump, and beside it a
manifest (.manifest.json) with its checksum, the rows of each table, the migrations and the versions. Both get their
names when they are complete and on the disk. Prints the path of the dump.

  --dir DIR          the folder, made if absent                         BACKUP_DIR
  --format FORMAT    custom (compressed) or plain (SQL); custom         BACKUP_FORMAT
  --keep NUMBER      how many complete backups of this database to keep
                     in the folder; all unless said                     BACKUP_KEEP
  --encrypt WHOM     gpg:RECIPIENT or age:RECIPIENT, several by commas  BACKUP_ENCRYPT
  --copy COMMAND     run by bash on the finished backup; it finds the
                     dump in $1 and $BACKUP_FILE, the manifest in
                     $BACKUP_MANIFEST                                   BACKUP_COPY_COMMAND
  --help

The database is DATABASE_URL, or what the file DATABASE_URL_FILE holds, or what PGHOST, PGDATABASE … say. The connection
leads to PostgreSQL itself, not to a pooler. Its user reads every table: the owner, or a member of pg_read_all_data.
TLS is as DB_SSL_MODE and DB_SSL_ROOT_CERT_FILE say, or PGSSLMODE and PGSSLROOTCERT.

Exits 0 if the backup is there (and copied, where that was asked), 1 if there is none, 2 if this was called wrongly,
5 if it is there but the copy failed, in which case none is removed either; 129, 130 or 143 if stopped by a signal.
HELP
}

read_options() {
  folder=${BACKUP_DIR:-} format=${BACKUP_FORMAT:-custom} keep=${BACKUP_KEEP:-}
  local wish=${BACKUP_ENCRYPT:-}
  copy_command=${BACKUP_COPY_COMMAND:-}
  while (($# > 0)); do
    case $1 in
      --help) usage && exit ;;
      --dir | --format | --keep | --encrypt | --copy)
        (($# > 1)) || fail_usage "$1 needs a value"
        case $1 in
          --dir) folder=$2 ;;
          --format) format=$2 ;;
          --keep) keep=$2 ;;
          --encrypt) wish=$2 ;;
          --copy) copy_command=$2 ;;
        esac
        shift 2
        ;;
      *) fail_usage "$1 is not understood" ;;
    esac
  done
  [[ -n $folder ]] || fail_usage 'no folder is named: set BACKUP_DIR'
  [[ $format =~ ^(plain|custom)$ ]] || fail_usage "the format must be plain or custom, not $format"
  [[ $keep =~ ^([1-9][0-9]{0,5})?$ ]] || fail_usage "the number of backups to keep must be 1 or more, not $keep"
  require_program psql
  require_program pg_dump
  choose_encryption "$wish"
}

# A folder that is hidden and this run's own, so that two at once do not meet. Its lock is held by this process and
# those it starts: one whose lock is free was left by a run that was killed, and goes.
enter_folder() {
  umask 077
  mkdir -p -- "$folder" || fail "the folder $folder cannot be made"
  folder=$(cd -- "$folder" && pwd) || fail "the folder cannot be entered"
  local entrance left
  exec {entrance}<"$folder"
  flock "$entrance"
  work=$(mktemp -d -- "$folder/.unfinished-XXXXXXXX") || fail "nothing can be written into $folder"
  exec {own_lock}<"$work"
  flock "$own_lock"
  for left in "$folder"/.unfinished-????????; do
    [[ $left != "$work" ]] && flock --nonblock "$left" true && rm -rf -- "$left"
  done
  exec {entrance}<&-
}

clean_up() {
  local status=$?
  [[ -z ${dump_pid:-} ]] || kill "$dump_pid" 2>/dev/null || true
  [[ -z ${session_pid:-} ]] || kill "$session_pid" 2>/dev/null || true
  rm -rf -- "$work"
  exit "$status"
}

# One session whose snapshot the dump is made of, and the counts of the manifest too. No table can be changed or dropped
# once it is locked, and the snapshot is taken after that.
open_snapshot() {
  coproc SESSION { exec psql -X -q -A -t -v ON_ERROR_STOP=1 2>"$work/session.log"; }
  session_pid=${SESSION_PID:?}
  exec {ask}>&"${SESSION[1]}" {told}<&"${SESSION[0]}"
  trap lost_session PIPE
  tell "SELECT to_regclass('public.schema_migrations') IS NOT NULL AND to_regclass('public.positions') IS NOT NULL;"
  [[ $(hear) == t ]] || fail "the database $PGDATABASE is not one of EscrowGrid"
  tell "SELECT 'LOCK TABLE ' || string_agg(oid::regclass::text, ', ') || ' IN ACCESS SHARE MODE' AS lock
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') \\gset"
  tell 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;' "SET LOCAL lock_timeout = '60s';" ':lock;'
  tell 'SELECT pg_export_snapshot();'
  snapshot=$(hear)
}

tell() {
  printf '%s\n' "$@" >&"$ask"
}

hear() {
  local line
  IFS= read -r line <&"$told" || lost_session
  printf '%s' "$line"
}

lost_session() {
  fail "PostgreSQL did not go along: $(tail -n 3 "$work/session.log")"
}

read_inventory() {
  tell 'SELECT json_agg(to_jsonb(m) ORDER BY m.id) FROM public.schema_migrations m;'
  tell 'SHOW server_version;' 'SHOW server_version_num;' 'SELECT to_json(current_database());'
  tell "SELECT string_agg(relname || ' ' || pg_table_size(oid), ',') FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p');"
  migrations=$(hear)
  server_version=$(hear)
  server_version_number=$(hear)
  database=$(hear)
  table_sizes=$(hear)
  # Counting takes its time on many rows, and goes on beside the dump.
  tell "$(<"$here/backup/row-counts.sql")" '\gset' ':statement;'
}

write_dump() {
  local pipe="$work/pipe"
  mkfifo "$pipe"
  # Whatever stands in other schemas, and extensions, is not EscrowGrid's.
  pg_dump --no-owner --no-privileges --schema=public --format="$format" --snapshot="$snapshot" \
    --lock-wait-timeout=60s --verbose >"$pipe" 2>"$work/pg_dump.log" &
  dump_pid=$!
  "${encrypt_command[@]}" <"$pipe" >"$work/dump" 2>"$work/encryption.log" &
  local writer_pid=$!
  wait_for "$dump_pid" progress_of_dump ||
    fail "the dump failed: $(why_dump_failed)"
  dump_pid=''
  wait "$writer_pid" || fail "the dump could not be written: $(tail -n 3 "$work/encryption.log")"
  rows=$(hear)
  tell 'COMMIT;' '\q'
  wait "$session_pid" || lost_session
  session_pid=''
  check_dump
}

# A full disk takes no log either.
why_dump_failed() {
  local said
  said=$(grep -E 'error|detail|hint' "$work/pg_dump.log" | tail -n 3)$(tail -n 3 "$work/encryption.log")
  printf '%s' "${said:-$folder has $(human_size "$(df --output=avail --block-size=1 -- "$work" | tail -n 1 | tr -d ' ')") left}"
}

# What pg_dump has written says little of what is left, since it compresses; the sizes of the tables behind it say more.
progress_of_dump() {
  local tables each done_bytes=0 total_bytes=0 table
  tables=$(sed -n 's/^pg_dump: dumping contents of table "public\.\(.*\)"$/\1/p' "$work/pg_dump.log")
  table=$(tail -n 1 <<<"$tables")
  while IFS= read -r -d ',' each; do
    total_bytes=$((total_bytes + ${each#* }))
    [[ ${each% *} == "$table" ]] || ! grep -qxF -- "${each% *}" <<<"$tables" || done_bytes=$((done_bytes + ${each#* }))
  done <<<"$table_sizes,"
  printf '%d%% | %s written%s' $((100 * done_bytes / (total_bytes + 1))) \
    "$(human_size "$(size_of "$work/dump" 2>/dev/null || echo 0)")" "${table:+, now $table}"
}

# What was not encrypted can be looked at once more.
check_dump() {
  [[ -s $work/dump ]] || fail 'the dump is empty'
  [[ -z $encryption ]] || return 0
  if [[ $format == plain ]]; then
    tail -n 8 "$work/dump" | grep -q '^-- PostgreSQL database dump complete' || fail 'the dump has no end'
  else
    require_program pg_restore
    pg_restore --list "$work/dump" >/dev/null || fail 'the dump cannot be read again'
  fi
}

name_dump() {
  local ending=dump
  [[ $format == custom ]] || ending=sql
  series=$(printf '%s' "$PGDATABASE" | tr -c 'A-Za-z0-9_.' '_')
  name=$series-$(date --utc --date="$started_at" +%Y%m%dT%H%M%S%3NZ)-${work##*-}.$ending${encryption:+.$encryption}
}

write_manifest() {
  local encrypted_with=null release=null size sha256
  # Outside the text below, where a failure would go unseen.
  size=$(size_of "$work/dump")
  sha256=$(sha256sum <"$work/dump")
  [[ -z $encryption ]] || encrypted_with="\"$encryption\""
  if [[ -r $here/../package.json ]]; then
    release=$(sed -n 's/^  "version": \("[0-9A-Za-z.+-]*"\),$/\1/p' "$here/../package.json")
  fi
  cat >"$work/manifest" <<JSON
{
  "kind": "escrowgrid-backup",
  "manifestVersion": 1,
  "file": "$name",
  "format": "$format",
  "encryption": $encrypted_with,
  "sizeBytes": $size,
  "sha256": "${sha256%% *}",
  "database": $database,
  "rows": $rows,
  "migrations": $migrations,
  "startedAt": "$started_at",
  "finishedAt": "$(now)",
  "serverVersion": "$server_version",
  "serverVersionNumber": $server_version_number,
  "pgDumpVersion": "$(pg_dump --version | sed 's/^.*(PostgreSQL) //')",
  "escrowgridVersion": ${release:-null}
}
JSON
}

now() {
  date --utc +%Y-%m-%dT%H:%M:%S.%3NZ
}

# The manifest comes last: what has none is no backup.
publish() {
  file=$folder/$name manifest=$folder/$name.manifest.json
  sync -- "$work/dump" "$work/manifest"
  mv --no-clobber -- "$work/dump" "$file"
  mv --no-clobber -- "$work/manifest" "$manifest"
  sync -- "$folder"
}

copy_elsewhere() {
  [[ -n $copy_command ]] || return 0
  say 'copying …'
  BACKUP_FILE=$file BACKUP_MANIFEST=$manifest bash -c "$copy_command" backup "$file" >&2 || {
    say "$program: the backup is complete, but BACKUP_COPY_COMMAND failed with status $?"
    printf '%s\n' "$file"
    exit 5
  }
}

# The newest of this database stay. A name says when a backup was begun; only what has a manifest counts.
remove_old() {
  [[ -n $keep ]] || return 0
  local each number=0 form="^${series//./\\.}-[0-9]{8}T[0-9]{9}Z-[A-Za-z0-9]{8}\.(dump|sql)(\.gpg|\.age)?\.manifest\.json$"
  while IFS= read -r each; do
    [[ $each =~ $form && -e $folder/${each%.manifest.json} ]] || continue
    ((++number > keep)) || continue
    # Without its manifest it is no backup any more, should this be interrupted here.
    rm -f -- "$folder/$each" "$folder/${each%.manifest.json}"
    say "removed ${each%.manifest.json}"
  done < <(find "$folder/" -maxdepth 1 -type f -name '*.manifest.json' -printf '%f\n' | sort --reverse)
}

read_options "$@"
use_connection ''
require_direct_connection
enter_folder
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
started_at=$(now)
open_snapshot
read_inventory
name_dump
say "backing up $PGDATABASE ($format${encryption:+, $encryption}) …"
write_dump
write_manifest
publish
copy_elsewhere
remove_old
say "complete: $(human_size "$(size_of "$file")")"
printf '%s\n' "$file"
