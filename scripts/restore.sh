#!/usr/bin/env bash
# Puts a backup in the place of an EscrowGrid database, and verifies it; see --help, and docs/BACKUP.md.
set -euo pipefail

program=restore.sh
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/backup/words.sh"
. "$here/backup/connection.sh"
. "$here/backup/encryption.sh"
. "$here/backup/loading.sh"
. "$here/backup/newest.sh"

usage() {
  cat <<'HELP'
Usage: restore.sh FILE [options]
       restore.sh --dir DIR [options]

Puts a backup that backup.sh made in the place of all that is in the schema `public` of a database, in one transaction,
and verifies it. The file, with its manifest beside it, is checked before anything is touched.

  --dir DIR              instead of a file: the newest complete backup in this folder
  --database NAME        the database whose backups are meant; needed where the folder has those of several
  --to URL               what is restored into, without a password (PGPASSWORD, PGPASSFILE …); DATABASE_URL, or what the
                         file DATABASE_URL_FILE holds, or PGHOST, PGDATABASE … unless said
  --yes                  replace what an EscrowGrid database holds; needed unless the database is empty
  --without-rehearsal    do not restore into a scratch database of the same server first, which is otherwise done, and
                         verified, before anything that exists is replaced; it needs CREATEDB, and room
  --while-connected      although others are connected that may write
  --help

The connection leads to PostgreSQL itself, not to a pooler. Its user owns the database (or at least its tables, and may
create in the schema `public`), and makes the role escrowgrid_app if the server has none. TLS is as DB_SSL_MODE and
DB_SSL_ROOT_CERT_FILE say, or PGSSLMODE and PGSSLROOTCERT. gpg finds its key by itself, age in the file that
BACKUP_AGE_IDENTITY names.

Afterwards: the migrations that this release has beyond those of the backup, roles and grants, and
`escrowgrid verify`.

Exits 0 if the database is restored and verified; 1 if nothing was changed; 2 if this was called wrongly; 4 if the
database was replaced and then something failed, verification above all: do not let the service on it; 129, 130 or 143
if stopped by a signal, which changes nothing before the transaction has ended.
HELP
}

read_options() {
  local given=() target='' folder='' series=''
  replace='' without_rehearsal='' while_connected=''
  while (($# > 0)); do
    case $1 in
      --help) usage && exit ;;
      --to | --dir | --database)
        (($# > 1)) || fail_usage "$1 needs a value"
        case $1 in
          --to) target=$2 ;;
          --dir) folder=$2 ;;
          --database) series=$(series_of "$2") ;;
        esac
        shift
        ;;
      --yes) replace=yes ;;
      --without-rehearsal) without_rehearsal=yes ;;
      --while-connected) while_connected=yes ;;
      -*) fail_usage "$1 is not understood" ;;
      *) given+=("$1") ;;
    esac
    shift
  done
  ((${#given[@]} == (${#folder} == 0))) || fail_usage 'name one file, or a folder by --dir'
  [[ -n $folder || -z $series ]] || fail_usage '--database goes with --dir'
  use_connection "$target"
  backup=${given[0]:-$(newest_backup "$folder" "$series")}
}

# Whether anything is there to be replaced, and whether it may be.
judge_target() {
  local state relations is_ours may_rehearse writers
  state=$(query -F '|' -f "$here/backup/target-state.sql") || fail "$PGDATABASE cannot be looked at"
  IFS='|' read -r relations is_ours may_rehearse writers <<<"$state"
  is_empty=''
  if ((relations == 0)); then
    is_empty=yes
    return
  fi
  [[ $is_ours == t ]] || fail "$PGDATABASE holds something other than EscrowGrid: give an empty database"
  [[ -n $replace ]] ||
    fail "$PGDATABASE holds $(query -c 'SELECT count(*) FROM public.positions') positions: say --yes to replace all that is in it"
  [[ -z $writers || -n $while_connected ]] ||
    fail "others are connected to $PGDATABASE that may write: $writers; stop the service first (or say --while-connected)"
  [[ $may_rehearse == t || -n $without_rehearsal ]] ||
    fail 'this user may not create the scratch database of the rehearsal: grant CREATEDB, or say --without-rehearsal'
}

# Everything that can go wrong with this backup goes wrong here first, where nothing is lost by it.
rehearse() {
  [[ -z $is_empty && -z $without_rehearsal ]] || return 0
  say 'rehearsing in a scratch database …'
  enter_scratch
  load_backup
  finish_database || fail 'the backup does not verify; nothing was changed'
  leave_scratch
}

say_unfinished() {
  say "$program: $PGDATABASE was replaced, but this failed afterwards: $1. DO NOT LET THE SERVICE ON IT."
  exit 4
}

read_options "$@"
require_tools
require_direct_connection
begin_loading
judge_backup "$backup"
judge_target
rehearse
say "restoring into $PGDATABASE …"
load_backup
finish_database || say_unfinished 'migrations, roles or verification'
printf 'restored %s into %s\nas of %s: %s\n%s\n' "$(basename -- "$file")" "$PGDATABASE" \
  "$(of_manifest ":'manifest'::jsonb ->> 'startedAt'")" \
  "$(of_manifest "string_agg(value || ' ' || key, ', ' ORDER BY key) FROM jsonb_each_text(:'manifest'::jsonb -> 'rows')")" \
  "$verified"
