# Sourced: how a backup is encrypted and decrypted. Both read standard input and write standard output, so that nothing
# of a backup that is encrypted ever lies on a disk as it was.

# What BACKUP_ENCRYPT names must be usable before hours are spent: sets encryption, and encrypt_command.
choose_encryption() {
  local wish=$1 recipient recipients=()
  encryption='' encrypt_command=(cat)
  [[ -n $wish ]] || return 0
  encryption=${wish%%:*}
  [[ $encryption =~ ^(gpg|age)$ && $wish == *:?* ]] ||
    fail_usage "BACKUP_ENCRYPT must be gpg:RECIPIENT or age:RECIPIENT (several with commas), not $wish"
  require_program "$encryption" 'BACKUP_ENCRYPT asks for it'
  while IFS= read -r -d ',' recipient; do
    recipients+=(--recipient "$recipient")
  done < <(printf '%s,' "${wish#*:}")
  if [[ $encryption == gpg ]]; then
    # Whoever set the recipient trusts the key; what pg_dump has compressed is not compressed again.
    encrypt_command=(gpg --batch --quiet --no-tty --trust-model always --compress-algo none "${recipients[@]}" --encrypt)
  else
    encrypt_command=(age "${recipients[@]}")
  fi
  "${encrypt_command[@]}" </dev/null >/dev/null || fail "nothing can be encrypted for ${wish#*:}"
}

# By what its name ends in: sets decrypt_command.
choose_decryption() {
  decrypt_command=(cat)
  case $1 in
    *.gpg)
      require_program gpg 'the backup is encrypted with it'
      decrypt_command=(gpg --quiet --decrypt)
      ;;
    *.age)
      require_program age 'the backup is encrypted with it'
      [[ -r ${BACKUP_AGE_IDENTITY:-} ]] || fail 'the backup is encrypted with age: name the file of the key in BACKUP_AGE_IDENTITY'
      decrypt_command=(age --decrypt --identity "$BACKUP_AGE_IDENTITY")
      ;;
  esac
}
