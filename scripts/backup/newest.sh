# Sourced by restore.sh and restore-drill.sh: which backup of a folder is the newest.

# The series of a database's backups, as their names begin.
series_of() {
  printf '%s' "$1" | tr -c 'A-Za-z0-9_.' '_'
}

# The path of the newest backup in a folder, of one series or, for '', of the only one that is there. It goes by the
# moment in the name, which sorts as it was; what has no manifest is no backup.
newest_backup() {
  local folder=$1 series=$2 found others
  [[ -d $folder ]] || fail "there is no folder $folder"
  # With a slash behind it, for a folder may be a symbolic link.
  found=$(find "$folder/" -maxdepth 1 -type f -name "${series:-*}-????????T?????????Z-????????.*.manifest.json" -printf '%f\n' |
    sed 's/^\(.*\)-\([0-9]\{8\}T[0-9]\{9\}Z\)-/\2 \1 &/' | sort)
  [[ -n $found ]] || fail "$folder has no complete backup${series:+ of $series}"
  others=$(cut -d' ' -f2 <<<"$found" | sort -u | tr '\n' ' ')
  [[ $others == "${others%% *} " ]] || fail "$folder has backups of several databases: say --database and one of ${others% }"
  found=$(tail -n 1 <<<"$found")
  found=${found##* }
  printf '%s/%s' "$folder" "${found%.manifest.json}"
}
