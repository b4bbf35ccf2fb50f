# Sourced by backup.sh, restore.sh and restore-drill.sh: what they say, and how they end.

# A step of the work, for people: on standard error, so that standard output holds results only.
say() {
  wipe_progress
  printf '%s\n' "$*" >&2
}

# Ends the script: nothing was done, or what was begun is undone by the trap that whoever calls has set.
fail() {
  say "$program: $*"
  exit 1
}

fail_usage() {
  say "$program: $*" "(see $program --help)"
  exit 2
}

# One line that is drawn over again, only where somebody looks.
draw_progress() {
  [[ -t 2 ]] || return 0
  printf '\r\033[K%s' "$*" >&2
}

wipe_progress() {
  [[ -t 2 ]] || return 0
  printf '\r\033[K' >&2
}

human_size() {
  numfmt --to=iec-i --suffix=B --format='%.1f' "$1"
}

size_of() {
  stat --format=%s -- "$1"
}

require_program() {
  command -v "$1" >/dev/null || fail "the program $1 is not installed${2:+: $2}"
}

# Shows a function's line every second until a process has ended; answers how that ended.
wait_for() {
  local pid=$1 line=$2
  if [[ -t 2 ]]; then
    while kill -0 "$pid" 2>/dev/null; do
      draw_progress "$("$line")"
      sleep 1 &
      wait $! || true
    done
    wipe_progress
  fi
  wait "$pid"
}
