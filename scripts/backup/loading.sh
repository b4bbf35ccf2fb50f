# Sourced by restore.sh and restore-drill.sh: how a backup is judged, loaded and verified.

require_tools() {
  local root
  root=$(cd "$here/.." && pwd)
  cli=$root/dist/apps/cli/src/main.js
  migration_names=$root/dist/migrations/migration-names.js
  [[ -r $cli && -r $migration_names ]] || fail 'EscrowGrid is not built here, whose command line verifies: run npm run build'
  [[ ! -x $root/node_modules/.bin/node ]] || PATH=$root/node_modules/.bin:$PATH
  require_program node
  require_program psql
  require_program pg_restore
  read_seal_settings
}

# By which keys signatures are judged, CONFIG_FILE may say as it does to the service. Which database is meant here, it
# does not say: the service's login may not do this.
read_seal_settings() {
  local told
  seal_settings=()
  [[ -n ${CONFIG_FILE:-} ]] || return 0
  told=$(node --input-type=module -e "
    const { readConfigFile } = await import('file://${cli%/apps/*}/libs/config/src/config-file.js');
    const faults = [];
    const settings = [...readConfigFile(process.env.CONFIG_FILE, faults)].filter(([name]) => name.startsWith('SEAL_'));
    console.log((faults.length > 0 ? faults : settings.map((each) => each.join('='))).join('\n'));
    process.exit(faults.length);") || fail_usage "$told"
  [[ -z $told ]] || mapfile -t seal_settings <<<"$told"
}

# The command line of EscrowGrid, on the database that is meant here and no other.
escrowgrid() {
  local ssl=()
  case ${PGSSLMODE:-} in
    require | verify-full) ssl=("DB_SSL_MODE=$PGSSLMODE") ;;
    verify-ca) ssl=(DB_SSL_MODE=verify-full) ;;
  esac
  [[ -z ${PGSSLROOTCERT:-} ]] || ssl+=("DB_SSL_ROOT_CERT_FILE=$PGSSLROOTCERT")
  env -u CONFIG_FILE -u MIGRATIONS_DATABASE_URL -u MIGRATIONS_DATABASE_URL_FILE PGOPTIONS="$own_options" \
    "${ssl[@]}" "${seal_settings[@]}" node "$cli" "$@"
}

# Reads a backup and its manifest, and fails, saying all that is wrong, before anything is done with it.
judge_backup() {
  file=$1
  [[ -f $file && -r $file ]] || fail "there is no file $file to read"
  [[ -s $file ]] || fail "$file is empty"
  local path=$file.manifest.json sha256 known faults
  [[ -f $path && -r $path ]] || fail "$file is no backup of EscrowGrid, or not a complete one: $path is missing"
  (($(size_of "$path") < 65536)) || fail "$path is too long for a manifest"
  manifest=$(<"$path")
  say "checking $(basename -- "$file"), $(human_size "$(size_of "$file")") …"
  sha256=$(sha256sum <"$file" | cut -d' ' -f1)
  known=$(node --input-type=module -e "
    const { migrationNames } = await import('file://$migration_names');
    console.log(migrationNames.join('\n'));")
  faults=$(query -f "$here/backup/judge-backup.sql" -v manifest="$manifest" -v name="$(basename -- "$file")" \
    -v size="$(size_of "$file")" -v sha256="$sha256" -v known_migrations="$known" \
    -v tools_major="$(psql --version | sed 's/^[^0-9]*\([0-9]*\).*/\1/')" 2>&1) ||
    fail "$path cannot be understood: $faults"
  [[ -z $faults ]] || fail "$file is refused: $faults"
  choose_decryption "$file"
}

# What the manifest says, as SQL asks it of the variable :'manifest'.
of_manifest() {
  query -v manifest="$manifest" <<<"SELECT $1"
}

# The dump as SQL, whatever its format. `public` is in every database, and the statement that makes it stands before
# all data.
dump_as_sql() {
  local reader=(cat)
  [[ $(of_manifest ":'manifest'::jsonb ->> 'format'") == plain ]] ||
    reader=(pg_restore --no-owner --no-privileges --file=-)
  {
    printf '%s' "$BASHPID" >"$work/reader"
    exec "${decrypt_command[@]}" <"$file"
  } | "${reader[@]}" | LC_ALL=C sed '/^\\\(un\)\{0,1\}restrict [A-Za-z0-9]*$/d;1,/^COPY /{/^CREATE SCHEMA public;$/d;/^COMMENT ON SCHEMA public /d;}'
}

# The whole restore as one script, which ends in COMMIT only if the file was read to its end: psql would otherwise keep
# what it got of a dump that could not be decrypted or was no archive.
restore_script() {
  cat <<'SQL'
BEGIN;
SET LOCAL lock_timeout = '10s';
SET LOCAL client_connection_check_interval = '2s';
SELECT set_config('escrowgrid.manifest', :'manifest', true) \g /dev/null
SQL
  cat "$here/backup/clear-schema.sql"
  # What psql would do besides SQL, such as running a command of the shell, a dump may not ask for.
  local lock
  lock=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '\\restrict %s\n' "$lock"
  dump_as_sql || return
  printf '\\unrestrict %s\n' "$lock"
  cat "$here/backup/row-counts.sql"
  printf '\\gset\n'
  # Of tables with rows only: what is known of empty ones would mislead the service later.
  printf '%s\n' "SELECT format('ANALYZE public.%I', key)
    FROM jsonb_each_text(:'manifest'::jsonb -> 'rows') WHERE value::bigint > 0 \\gexec"
  printf "SELECT set_config('escrowgrid.rows', (:statement)::text, true) \\g /dev/null\n"
  cat "$here/backup/check-loaded.sql"
  # psql outlives a script that is killed, and nobody would verify what it commits then. Once it is gone itself, writing
  # to it ends this.
  printf '\\! : >%s/loaded-whole\n' "$work"
  until [[ -e $work/loaded-whole ]]; do
    kill -0 "$$" || return
    printf '\n'
    sleep 0.05
  done
  kill -0 "$$" || return
  printf '%s\n' 'SELECT pg_current_xact_id();' 'COMMIT;' '\echo committed'
}

# Puts the backup in the place of what is in the database, in one transaction. Fails if nothing was changed.
load_backup() {
  rm -f -- "$work/script" "$work/reader" "$work/loaded-whole"
  mkfifo "$work/script"
  restore_script >"$work/script" 2>"$work/reading.log" &
  # psql itself, not a function around it, so that what is ended is the session.
  psql -X -q -A -t -v ON_ERROR_STOP=1 -v manifest="$manifest" -f - <"$work/script" >"$work/loaded" 2>"$work/loading.log" &
  load_pid=$!
  wait_for "$load_pid" progress_of_loading || true
  load_pid=''
  was_committed || fail "nothing was changed in $PGDATABASE: $(cat "$work/loading.log" "$work/reading.log" | head -n 5)"
}

# Where the answer to COMMIT was lost, PostgreSQL tells what became of it.
was_committed() {
  local transaction
  [[ $(tail -n 1 "$work/loaded") != committed ]] || return 0
  transaction=$(tail -n 1 "$work/loaded")
  [[ $transaction =~ ^[0-9]+$ && $(query -c "SELECT pg_xact_status('$transaction')") == committed ]]
}

# How far the file was read, where the system tells.
progress_of_loading() {
  local position=0
  position=$(sed -n 's/^pos:\s*//p' "/proc/$(cat "$work/reader")/fdinfo/0") 2>/dev/null || position=$(size_of "$file")
  printf '%d%% | %s of %s read%s' $((100 * position / $(size_of "$file"))) "$(human_size "$position")" \
    "$(human_size "$(size_of "$file")")" "$( ((position < $(size_of "$file"))) || printf '; making indexes, checking')"
}

# What a database needs after it was loaded: the migrations that this release has beyond those of the backup, the roles,
# of which a dump has nothing; and to be verified.
finish_database() {
  escrowgrid migrate up >&2 || return
  say "verifying $PGDATABASE …"
  verified=$(escrowgrid verify) || {
    printf '%s\n' "$verified" >&2
    return 1
  }
}

# A database of its own on the same server, which $PGDATABASE names from now on until leave_scratch.
enter_scratch() {
  tell_of_leftovers
  home_database=$PGDATABASE
  scratch=$(printf '%s' "${PGDATABASE:0:30}" | tr -c 'a-z0-9_' '_')_scratch_$(date --utc +%Y%m%d%H%M%S)_$RANDOM
  query -c "CREATE DATABASE $scratch TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" ||
    fail 'a scratch database could not be made'
  PGDATABASE=$scratch
}

# What a script that was killed could not drop. Another one may be at work on it, so that it is left to people.
tell_of_leftovers() {
  local left
  left=$(query -c "SELECT string_agg(datname, ', ' ORDER BY datname) FROM pg_database
    WHERE datname ~ '_scratch_[0-9]{14}_[0-9]+\$'") || return 0
  [[ -z $left ]] || say "there are scratch databases already, with all data of a backup: $left; drop what no other run is using"
}

leave_scratch() {
  [[ -n ${scratch:-} ]] || return 0
  PGDATABASE=$home_database
  query -c "DROP DATABASE IF EXISTS $scratch WITH (FORCE)" || say "the database $scratch is left: drop it by hand"
  scratch=''
}

# What must be gone however the script ends. psql is ended first: its transaction is then rolled back.
begin_loading() {
  umask 077
  work=$(mktemp -d) scratch='' load_pid=''
  trap end_loading EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

end_loading() {
  local status=$?
  trap '' HUP INT TERM
  if [[ -n $load_pid ]]; then
    kill "$load_pid" 2>/dev/null || true
    wait "$load_pid" || true
  fi
  leave_scratch
  rm -rf -- "$work"
  exit "$status"
}
