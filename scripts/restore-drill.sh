#!/usr/bin/env bash
# Restores the newest backup into a scratch database, verifies it, and tells how that went; see --help.
set -euo pipefail

program=restore-drill.sh
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/backup/words.sh"
. "$here/backup/connection.sh"
. "$here/backup/encryption.sh"
. "$here/backup/loading.sh"
. "$here/backup/newest.sh"

usage() {
  cat <<'HELP'
Usage: restore-drill.sh [options]

Restores the newest complete backup of a folder into a scratch database, verifies it as restore.sh does, reports, and
drops the scratch database, also when it is interrupted.

  --on URL             any database of the server that gets the scratch database, without a password; DATABASE_URL, or
                       what the file DATABASE_URL_FILE holds, or PGHOST, PGDATABASE … unless said
  --dir DIR            the folder                                                     BACKUP_DIR
  --database NAME      the database whose backups are meant; needed where the folder has those of several
  --max-age HOURS      fail if the newest backup is older                             BACKUP_MAX_AGE_HOURS
  --help

The user may create databases, and makes the role escrowgrid_app if the server has none. A server other than the one in
service is the better place: what its backups need is then known to be there.

Exits 0 if the backup was restored and verified, 1 if not, or if it is too old, 2 if this was called wrongly; 129, 130
or 143 if stopped by a signal.
HELP
}

read_options() {
  local server=''
  folder=${BACKUP_DIR:-} series='' max_age_hours=${BACKUP_MAX_AGE_HOURS:-}
  while (($# > 0)); do
    case $1 in
      --help) usage && exit ;;
      --on | --dir | --database | --max-age)
        (($# > 1)) || fail_usage "$1 needs a value"
        case $1 in
          --on) server=$2 ;;
          --dir) folder=$2 ;;
          --database) series=$(series_of "$2") ;;
          --max-age) max_age_hours=$2 ;;
        esac
        shift 2
        ;;
      *) fail_usage "$1 is not understood" ;;
    esac
  done
  [[ -n $folder ]] || fail_usage 'no folder is named: set BACKUP_DIR'
  [[ $max_age_hours =~ ^([0-9]{1,6})?$ ]] || fail_usage "the age must be a number of hours, not $max_age_hours"
  use_connection "$server"
}

report() {
  printf '%-10s%s\n' "$1" "$2"
}

read_options "$@"
require_tools
require_direct_connection
newest=$(newest_backup "$folder" "$series")
begin_loading
judge_backup "$newest"
age_seconds=$(of_manifest "extract(epoch FROM now() - (:'manifest'::jsonb ->> 'startedAt')::timestamptz)::bigint")
report backup "$(basename -- "$file"), $(human_size "$(size_of "$file")")"
report 'as of' "$(of_manifest ":'manifest'::jsonb ->> 'startedAt'"), $((age_seconds / 3600)) h $((age_seconds / 60 % 60)) min ago"
if [[ -n $max_age_hours ]] && ((age_seconds > max_age_hours * 3600)); then
  fail "the newest backup is older than $max_age_hours hours"
fi
started=$SECONDS
enter_scratch
load_backup
loaded=$SECONDS
report restored "in $((loaded - started)) s: $(of_manifest "string_agg(value || ' ' || key, ', ' ORDER BY key)
  FROM jsonb_each_text(:'manifest'::jsonb -> 'rows')")"
finish_database || fail 'the backup does not verify'
report verified "in $((SECONDS - loaded)) s: $verified"
leave_scratch
report drilled "$(date --utc +%Y-%m-%dT%H:%M:%SZ), $((SECONDS - started)) s in all"
