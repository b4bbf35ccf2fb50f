# Sourced: which database is meant. It ends up in the PG* variables, which every program of PostgreSQL and of EscrowGrid
# reads, so that no password stands on a command line, where everybody on the machine could read it.

url_decode() {
  local escaped=${1//\\/\\\\}
  printf '%b' "${escaped//%/\\x}"
}

# A URL given, or else DATABASE_URL, or else what DATABASE_URL_FILE holds, or else PGHOST, PGDATABASE … as they are.
use_connection() {
  local url=${1:-}
  [[ ! $url =~ ://[^/?@]*:[^/?@]+@|[?\&]password= ]] ||
    fail_usage 'everybody on this machine can read a password on a command line: set DATABASE_URL_FILE, DATABASE_URL or PGPASSWORD'
  if [[ -z $url && -n ${DATABASE_URL:-} && -n ${DATABASE_URL_FILE:-} ]]; then
    fail_usage 'DATABASE_URL and DATABASE_URL_FILE are both set'
  fi
  url=${url:-${DATABASE_URL:-}}
  [[ -n $url || -z ${DATABASE_URL_FILE:-} ]] || url=$(read_secret DATABASE_URL_FILE)
  [[ -z ${PGPASSWORD_FILE:-} ]] || PGPASSWORD=$(read_secret PGPASSWORD_FILE)
  [[ -n ${PGPASSWORD:-} ]] && export PGPASSWORD
  unset DATABASE_URL DATABASE_URL_FILE PGPASSWORD_FILE PGSERVICE
  [[ -z $url ]] || read_url "$url"
  [[ -n ${PGHOST:-}${PGDATABASE:-} ]] ||
    fail_usage 'no database is named: set DATABASE_URL (or PGHOST and PGDATABASE)'
  [[ -n ${PGDATABASE:-} ]] || fail_usage 'the connection names no database'
  export PGDATABASE
  [[ -z ${DB_SSL_MODE:-} || -n ${PGSSLMODE:-} ]] || export PGSSLMODE=$DB_SSL_MODE
  [[ -z ${DB_SSL_ROOT_CERT_FILE:-} || -n ${PGSSLROOTCERT:-} ]] || export PGSSLROOTCERT=$DB_SSL_ROOT_CERT_FILE
}

read_secret() {
  [[ -r ${!1} ]] || fail_usage "$1 names ${!1}, which cannot be read"
  printf '%s' "$(<"${!1}")"
}

read_url() {
  local form='^postgres(ql)?://(([^:@/?]*)(:([^@/?]*))?@)?([^/?]*)(/([^?]*))?(\?(.*))?$'
  # The URL itself is never shown: it may hold a password.
  [[ $1 =~ $form ]] || fail_usage 'the connection string is no URL such as postgresql://user:password@host:5432/database'
  local user=${BASH_REMATCH[3]} password=${BASH_REMATCH[5]} places=${BASH_REMATCH[6]}
  local database=${BASH_REMATCH[8]} parameters=${BASH_REMATCH[10]}
  [[ -z $user ]] || export PGUSER="$(url_decode "$user")"
  [[ -z $password ]] || export PGPASSWORD="$(url_decode "$password")"
  [[ -z $database ]] || export PGDATABASE="$(url_decode "$database")"
  read_places "$places"
  local parameter
  while IFS= read -r -d '&' parameter; do
    [[ -z $parameter ]] || read_parameter "${parameter%%=*}" "$(url_decode "${parameter#*=}")"
  done <<<"$parameters&"
}

# One host with its port, or several that are tried in turn.
read_places() {
  local hosts='' ports='' place
  [[ -n $1 ]] || return 0
  while IFS= read -r -d ',' place; do
    [[ $place =~ ^(\[([^]]*)\]|([^:]*))(:([0-9]+))?$ ]] || fail_usage 'the host of the connection string is not understood'
    hosts+=,$(url_decode "${BASH_REMATCH[2]}${BASH_REMATCH[3]}")
    ports+=,${BASH_REMATCH[5]:-5432}
  done < <(printf '%s,' "$1")
  export PGHOST=${hosts#,} PGPORT=${ports#,}
}

read_parameter() {
  case $1 in
    host) export PGHOST=$2 ;;
    port) export PGPORT=$2 ;;
    user) export PGUSER=$2 ;;
    password) export PGPASSWORD=$2 ;;
    dbname) export PGDATABASE=$2 ;;
    sslmode) export PGSSLMODE=$2 ;;
    sslrootcert) export PGSSLROOTCERT=$2 ;;
    sslcert) export PGSSLCERT=$2 ;;
    sslkey) export PGSSLKEY=$2 ;;
    connect_timeout) export PGCONNECT_TIMEOUT=$2 ;;
    target_session_attrs) export PGTARGETSESSIONATTRS=$2 ;;
    options) export PGOPTIONS=$2 ;;
    application_name) export PGAPPNAME=$2 ;;
    *) fail_usage "the parameter $1 of the connection string is not understood" ;;
  esac
}

# psql as every step uses it: no habits of whoever runs it, nothing but values printed, and an end at the first error.
query() {
  psql -X -q -A -t -v ON_ERROR_STOP=1 "$@"
}

# Connects once, as all later steps will: without anybody's time-outs, and not through a pooler, which would hand the
# session, with what it has set and locked, to somebody else.
require_direct_connection() {
  own_options=${PGOPTIONS:-}
  export PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10} PGAPPNAME=${PGAPPNAME:-escrowgrid $program}
  export PGOPTIONS="$own_options -c escrowgrid.direct=yes -c statement_timeout=0 -c lock_timeout=0 -c client_min_messages=warning"
  PGOPTIONS+=' -c idle_in_transaction_session_timeout=0'
  local told
  told=$(query -c "SELECT current_setting('escrowgrid.direct', true)" 2>&1) || {
    [[ $told != *'startup parameter'* ]] || told+=$'\nDoes a pooler such as PgBouncer stand between? Give the direct way to PostgreSQL.'
    fail "the database cannot be reached: $told"
  }
  [[ $told == yes ]] || fail 'a pooler such as PgBouncer stands between this and PostgreSQL: give the direct way'
}
