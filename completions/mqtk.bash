# Completions of mqtk for bash. Generated from the definitions of its options; do not edit.
#   eval "$(mqtk completion bash)"

_mqtk_words() {
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

_mqtk_files() {
  local IFS=$'\n'
  compopt -o filenames 2> /dev/null
  COMPREPLY=($(compgen -f -- "$cur"))
}

_mqtk_hosts() {
  COMPREPLY=($(compgen -A hostname -- "$cur"))
}

_mqtk_profiles() {
  local file names=
  for file in "${XDG_CONFIG_HOME:-$HOME/.config}"/mqtk/profiles/*.toml; do
    file=${file##*/}
    names+=" ${file%.toml}"
  done
  _mqtk_words "${names/ \*/}"
}

# Which operand it is that is being typed; $1 names the options that have a value.
_mqtk_operand() {
  operand=0
  for ((i = first; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      =) ((i++)) ;;
      -D | --property) [[ ${COMP_WORDS[i + 2]} == user-property ]] && ((i++)); ((i += 3)) ;;
      -*) [[ $1 == *" ${COMP_WORDS[i]} "* && ${COMP_WORDS[i + 1]} != "=" ]] && ((i++)) ;;
      *) ((operand++)) ;;
    esac
  done
}

# What follows -D: a packet, a property of it, and its value, or the name and the value of a user-property. Fails elsewhere.
_mqtk_property() {
  local distance
  for distance in 1 2 3 4; do
    ((COMP_CWORD - distance < 2)) && return 1
    case ${COMP_WORDS[COMP_CWORD - distance]} in
      -D | --property) break ;;
    esac
    ((distance == 4)) && return 1
  done
  case $distance in
    1) _mqtk_words "connect publish will subscribe unsubscribe disconnect" ;;
    2)
      case $prev in
        connect) _mqtk_words "session-expiry-interval authentication-method authentication-data request-problem-information request-response-information receive-maximum topic-alias-maximum user-property maximum-packet-size" ;;
        publish) _mqtk_words "payload-format-indicator message-expiry-interval content-type response-topic correlation-data topic-alias user-property" ;;
        will) _mqtk_words "payload-format-indicator message-expiry-interval content-type response-topic correlation-data will-delay-interval user-property" ;;
        subscribe) _mqtk_words "subscription-identifier user-property" ;;
        unsubscribe) _mqtk_words "user-property" ;;
        disconnect) _mqtk_words "session-expiry-interval reason-string user-property" ;;
      esac
      ;;
    4) [[ ${COMP_WORDS[COMP_CWORD - 2]} == user-property ]] ;;
  esac
}

# What stands behind --exec is another command line.
_mqtk_rest() {
  if [[ $1 == "$COMP_CWORD" ]]; then
    COMPREPLY=($(compgen -c -- "$cur"))
  elif declare -F _command_offset > /dev/null; then
    _command_offset "$1"
  else
    _mqtk_files
  fi
}

_mqtk() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} first=2 i operand
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _mqtk_words "pub sub top rr reply record replay retained simulate broker bench cert profile completion help --help --version"
    return
  fi
  # bash takes --qos=1 apart at the equals sign.
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]]; then
    prev=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  if ((COMP_CWORD > 2)); then
    case "$command ${COMP_WORDS[2]}" in
      "bench compare" | "bench report" | "bench init")
        command+=" ${COMP_WORDS[2]}"
        first=3
        ;;
    esac
  fi
  case $command in
    help)
      _mqtk_words "pub sub top rr reply record replay retained simulate broker bench cert profile completion help"
      ;;
    pub)
      _mqtk_property && return
      case $prev in
        -t | --topic | -m | --message | --topic-separator | --repeat | --repeat-delay | --count | --rate | --interval | --size | --seed | --proto-message | -p | --port | -L | --url | -i | --id | -I | --id-prefix | -u | --username | -P | --password | -k | --keepalive | -x | --session-expiry-interval | --connect-timeout | --wait-for-broker | -M | --max-inflight | --password-fd | --password-command | --key-password | --tls-server-name | --tls-alpn | --ciphers | --psk | --psk-identity | --ws-header | --proxy | -A | --bind-address | --will-topic | --will-payload)
          :
          return
          ;;
        -f | --file | --proto | --proto-path | --avro-schema | --unix | --password-file | --cafile | --capath | --cert | --key | --pkcs12 | --key-password-file | --crl | --tls-keylog | -o | --options-file)
          _mqtk_files
          return
          ;;
        -q | --qos | --will-qos)
          _mqtk_words "0 1 2"
          return
          ;;
        --encode)
          _mqtk_words "json text hex base64 cbor msgpack protobuf avro sparkplug gzip zlib int8 uint8 int16le int16be uint16le uint16be int32le int32be uint32le uint32be int64le int64be uint64le uint64be floatle floatbe doublele doublebe"
          return
          ;;
        -h | --host)
          _mqtk_hosts
          return
          ;;
        -V | --mqtt-version)
          _mqtk_words "auto 5 3.1.1 3.1"
          return
          ;;
        --tls-version)
          _mqtk_words "1.2 1.3"
          return
          ;;
        --profile)
          _mqtk_profiles
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "-t --topic -m --message -f --file -s --stdin-file -l --stdin-line --json -n --null-message -0 --null --topic-separator -q --qos -r --retain --repeat --repeat-delay --template --count --rate --interval --size --random --seed --encode --proto --proto-message --proto-path --avro-schema -D --property -h --host -p --port -L --url -S --srv --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -c --disable-clean-session -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy -A --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile -o --options-file --mosquitto-config --quiet --color -d --debug --help"
      else
        _mqtk_words "--topic --message --file --stdin-file --stdin-line --json --null-message --null --topic-separator --qos --retain --repeat --repeat-delay --template --count --rate --interval --size --random --seed --encode --proto --proto-message --proto-path --avro-schema --property --host --port --url --srv --unix --id --id-prefix --username --password --keepalive --mqtt-version --disable-clean-session --session-expiry-interval --connect-timeout --wait-for-broker --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile --options-file --mosquitto-config --quiet --color --debug --help"
      fi
      ;;
    sub)
      _mqtk_property && return
      case $prev in
        -t | --topic | -U | --unsubscribe | -T | --filter-out | --random-filter | -F | --format | --proto-message | --rotate-size | --rotate-every | --keep | -C | --count | -W | --timeout | --until | --expect | --within | --idle | --reconnect | -p | --port | -L | --url | -i | --id | -I | --id-prefix | -u | --username | -P | --password | -k | --keepalive | -x | --session-expiry-interval | --connect-timeout | --wait-for-broker | -M | --max-inflight | --password-fd | --password-command | --key-password | --tls-server-name | --tls-alpn | --ciphers | --psk | --psk-identity | --ws-header | --proxy | -A | --bind-address | --will-topic | --will-payload)
          :
          return
          ;;
        -q | --qos | --will-qos)
          _mqtk_words "0 1 2"
          return
          ;;
        --retain-handling)
          _mqtk_words "always new never"
          return
          ;;
        --decode)
          _mqtk_words "auto json text hex base64 cbor msgpack protobuf avro sparkplug gzip zlib int8 uint8 int16le int16be uint16le uint16be int32le int32be uint32le uint32be int64le int64be uint64le uint64be floatle floatbe doublele doublebe"
          return
          ;;
        --proto | --proto-path | --avro-schema | --output | --save-dir | --unix | --password-file | --cafile | --capath | --cert | --key | --pkcs12 | --key-password-file | --crl | --tls-keylog | -o | --options-file)
          _mqtk_files
          return
          ;;
        -h | --host)
          _mqtk_hosts
          return
          ;;
        -V | --mqtt-version)
          _mqtk_words "auto 5 3.1.1 3.1"
          return
          ;;
        --tls-version)
          _mqtk_words "1.2 1.3"
          return
          ;;
        --profile)
          _mqtk_profiles
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "-t --topic -q --qos --retain-handling --retain-as-published --no-local -U --unsubscribe --strict -T --filter-out -R --no-retained --retained-only --remove-retained --random-filter -v --verbose -N --no-newline -F --format --json --pretty --properties --diff --summary --message-rate -w --watch --decode --proto --proto-message --proto-path --avro-schema --output --rotate-size --rotate-every --keep --save-dir -C --count -W --timeout --until --expect --within --idle -E --exit-after-subscribing --reconnect -D --property -h --host -p --port -L --url -S --srv --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -c --disable-clean-session -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy -A --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile -o --options-file --mosquitto-config --quiet --color -d --debug --help"
      else
        _mqtk_words "--topic --qos --retain-handling --retain-as-published --no-local --unsubscribe --strict --filter-out --no-retained --retained-only --remove-retained --random-filter --verbose --no-newline --format --json --pretty --properties --diff --summary --message-rate --watch --decode --proto --proto-message --proto-path --avro-schema --output --rotate-size --rotate-every --keep --save-dir --count --timeout --until --expect --within --idle --exit-after-subscribing --reconnect --property --host --port --url --srv --unix --id --id-prefix --username --password --keepalive --mqtt-version --disable-clean-session --session-expiry-interval --connect-timeout --wait-for-broker --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile --options-file --mosquitto-config --quiet --color --debug --help"
      fi
      ;;
    top)
      _mqtk_property && return
      case $prev in
        -t | --topic | --proto-message | -p | --port | -L | --url | -i | --id | -I | --id-prefix | -u | --username | -P | --password | -k | --keepalive | -x | --session-expiry-interval | --connect-timeout | --wait-for-broker | -M | --max-inflight | --password-fd | --password-command | --key-password | --tls-server-name | --tls-alpn | --ciphers | --psk | --psk-identity | --ws-header | --proxy | -A | --bind-address | --will-topic | --will-payload)
          :
          return
          ;;
        -q | --qos | --will-qos)
          _mqtk_words "0 1 2"
          return
          ;;
        --decode)
          _mqtk_words "auto json text hex base64 cbor msgpack protobuf avro sparkplug gzip zlib int8 uint8 int16le int16be uint16le uint16be int32le int32be uint32le uint32be int64le int64be uint64le uint64be floatle floatbe doublele doublebe"
          return
          ;;
        --proto | --proto-path | --avro-schema | --unix | --password-file | --cafile | --capath | --cert | --key | --pkcs12 | --key-password-file | --crl | --tls-keylog | -o | --options-file)
          _mqtk_files
          return
          ;;
        -h | --host)
          _mqtk_hosts
          return
          ;;
        -V | --mqtt-version)
          _mqtk_words "auto 5 3.1.1 3.1"
          return
          ;;
        --tls-version)
          _mqtk_words "1.2 1.3"
          return
          ;;
        --profile)
          _mqtk_profiles
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "-t --topic -q --qos --decode --proto --proto-message --proto-path --avro-schema -D --property -h --host -p --port -L --url -S --srv --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -c --disable-clean-session -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy -A --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile -o --options-file --mosquitto-config --quiet --color -d --debug --help"
      else
        _mqtk_operand " -t --topic -q --qos --decode --proto --proto-message --proto-path --avro-schema -D --property -h --host -p --port -L --url --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --cafile --capath --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --tls-keylog --ws-header --proxy -A --bind-address --will-topic --will-payload --will-qos --profile -o --options-file --color "
        case $operand in
          0) : ;;
          *) _mqtk_words "--topic --qos --decode --proto --proto-message --proto-path --avro-schema --property --host --port --url --srv --unix --id --id-prefix --username --password --keepalive --mqtt-version --disable-clean-session --session-expiry-interval --connect-timeout --wait-for-broker --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile --options-file --mosquitto-config --quiet --color --debug --help" ;;
        esac
      fi
      ;;
    rr)
      _mqtk_property && return
      case $prev in
        -t | --topic | -e | --response-topic | -m | --message | --repeat | -F | --format | -W | --timeout | -p | --port | -L | --url | -i | --id | -I | --id-prefix | -u | --username | -P | --password | -k | --keepalive | -x | --session-expiry-interval | --connect-timeout | --wait-for-broker | -M | --max-inflight | --password-fd | --password-command | --key-password | --tls-server-name | --tls-alpn | --ciphers | --psk | --psk-identity | --ws-header | --proxy | -A | --bind-address | --will-topic | --will-payload)
          :
          return
          ;;
        -f | --file | --unix | --password-file | --cafile | --capath | --cert | --key | --pkcs12 | --key-password-file | --crl | --tls-keylog | -o | --options-file)
          _mqtk_files
          return
          ;;
        -q | --qos | --will-qos)
          _mqtk_words "0 1 2"
          return
          ;;
        -h | --host)
          _mqtk_hosts
          return
          ;;
        -V | --mqtt-version)
          _mqtk_words "auto 5 3.1.1 3.1"
          return
          ;;
        --tls-version)
          _mqtk_words "1.2 1.3"
          return
          ;;
        --profile)
          _mqtk_profiles
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "-t --topic -e --response-topic -m --message -f --file -s --stdin-file -n --null-message -q --qos -R --no-retained --retain-as-published --repeat -v --verbose -N --no-newline -F --format --json --pretty --latency -W --timeout -D --property -h --host -p --port -L --url -S --srv --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -c --disable-clean-session -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy -A --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile -o --options-file --mosquitto-config --quiet --color -d --debug --help"
      else
        _mqtk_words "--topic --response-topic --message --file --stdin-file --null-message --qos --no-retained --retain-as-published --repeat --verbose --no-newline --format --json --pretty --latency --timeout --property --host --port --url --srv --unix --id --id-prefix --username --password --keepalive --mqtt-version --disable-clean-session --session-expiry-interval --connect-timeout --wait-for-broker --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile --options-file --mosquitto-config --quiet --color --debug --help"
      fi
      ;;
    reply)
      for ((i = 2; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
          --exec | --)
            _mqtk_rest $((i + 1))
            return
            ;;
        esac
      done
      _mqtk_property && return
      case $prev in
        -t | --topic | -e | --response-topic | -m | --message | --concurrency | --exec-timeout | --max-output | -C | --count | -W | --timeout | -p | --port | -L | --url | -i | --id | -I | --id-prefix | -u | --username | -P | --password | -k | --keepalive | -x | --session-expiry-interval | --connect-timeout | --wait-for-broker | -M | --max-inflight | --password-fd | --password-command | --key-password | --tls-server-name | --tls-alpn | --ciphers | --psk | --psk-identity | --ws-header | --proxy | -A | --bind-address | --will-topic | --will-payload)
          :
          return
          ;;
        -q | --qos | --will-qos)
          _mqtk_words "0 1 2"
          return
          ;;
        -f | --file | --unix | --password-file | --cafile | --capath | --cert | --key | --pkcs12 | --key-password-file | --crl | --tls-keylog | -o | --options-file)
          _mqtk_files
          return
          ;;
        -h | --host)
          _mqtk_hosts
          return
          ;;
        -V | --mqtt-version)
          _mqtk_words "auto 5 3.1.1 3.1"
          return
          ;;
        --tls-version)
          _mqtk_words "1.2 1.3"
          return
          ;;
        --profile)
          _mqtk_profiles
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "-t --topic -q --qos -e --response-topic --echo -m --message -f --file -n --null-message --exec --concurrency --exec-timeout --max-output --silent-failures -v --verbose -C --count -W --timeout -D --property -h --host -p --port -L --url -S --srv --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -c --disable-clean-session -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy -A --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile -o --options-file --mosquitto-config --quiet --color -d --debug --help"
      else
        _mqtk_words "--topic --qos --response-topic --echo --message --file --null-message --exec --concurrency --exec-timeout --max-output --silent-failures --verbose --count --timeout --property --host --port --url --srv --unix --id --id-prefix --username --password --keepalive --mqtt-version --disable-clean-session --session-expiry-interval --connect-timeout --wait-for-broker --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile --options-file --mosquitto-config --quiet --color --debug --help"
      fi
      ;;
    record)
      _mqtk_property && return
      case $prev in
        -t | --topic | -T | --filter-out | --rotate-size | --rotate-every | --keep | -C | --count | --duration | -p | --port | -L | --url | -i | --id | -I | --id-prefix | -u | --username | -P | --password | -k | --keepalive | -x | --session-expiry-interval | --connect-timeout | --wait-for-broker | -M | --max-inflight | --password-fd | --password-command | --key-password | --tls-server-name | --tls-alpn | --ciphers | --psk | --psk-identity | --ws-header | --proxy | -A | --bind-address | --will-topic | --will-payload)
          :
          return
          ;;
        -q | --qos | --will-qos)
          _mqtk_words "0 1 2"
          return
          ;;
        --output | --unix | --password-file | --cafile | --capath | --cert | --key | --pkcs12 | --key-password-file | --crl | --tls-keylog | -o | --options-file)
          _mqtk_files
          return
          ;;
        -h | --host)
          _mqtk_hosts
          return
          ;;
        -V | --mqtt-version)
          _mqtk_words "auto 5 3.1.1 3.1"
          return
          ;;
        --tls-version)
          _mqtk_words "1.2 1.3"
          return
          ;;
        --profile)
          _mqtk_profiles
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "-t --topic -q --qos -T --filter-out -R --no-retained --output --append --rotate-size --rotate-every --keep -C --count --duration -D --property -h --host -p --port -L --url -S --srv --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -c --disable-clean-session -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy -A --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile -o --options-file --mosquitto-config --quiet --color -d --debug --help"
      else
        _mqtk_words "--topic --qos --filter-out --no-retained --output --append --rotate-size --rotate-every --keep --count --duration --property --host --port --url --srv --unix --id --id-prefix --username --password --keepalive --mqtt-version --disable-clean-session --session-expiry-interval --connect-timeout --wait-for-broker --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile --options-file --mosquitto-config --quiet --color --debug --help"
      fi
      ;;
    replay)
      _mqtk_property && return
      case $prev in
        --speed)
          _mqtk_words "max"
          return
          ;;
        --topic-prefix | -t | --topic | --max-gap | -C | --count | -p | --port | -L | --url | -i | --id | -I | --id-prefix | -u | --username | -P | --password | -k | --keepalive | -x | --session-expiry-interval | --connect-timeout | --wait-for-broker | -M | --max-inflight | --password-fd | --password-command | --key-password | --tls-server-name | --tls-alpn | --ciphers | --psk | --psk-identity | --ws-header | --proxy | -A | --bind-address | --will-topic | --will-payload)
          :
          return
          ;;
        -q | --qos | --will-qos)
          _mqtk_words "0 1 2"
          return
          ;;
        -h | --host)
          _mqtk_hosts
          return
          ;;
        --unix | --password-file | --cafile | --capath | --cert | --key | --pkcs12 | --key-password-file | --crl | --tls-keylog | -o | --options-file)
          _mqtk_files
          return
          ;;
        -V | --mqtt-version)
          _mqtk_words "auto 5 3.1.1 3.1"
          return
          ;;
        --tls-version)
          _mqtk_words "1.2 1.3"
          return
          ;;
        --profile)
          _mqtk_profiles
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "--speed --topic-prefix -t --topic -q --qos --no-retain --max-gap --loop -C --count -D --property -h --host -p --port -L --url -S --srv --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -c --disable-clean-session -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy -A --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile -o --options-file --mosquitto-config --quiet --color -d --debug --help"
      else
        _mqtk_operand " --speed --topic-prefix -t --topic -q --qos --max-gap -C --count -D --property -h --host -p --port -L --url --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --cafile --capath --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --tls-keylog --ws-header --proxy -A --bind-address --will-topic --will-payload --will-qos --profile -o --options-file --color "
        case $operand in
          0) _mqtk_files ;;
          *) _mqtk_words "--speed --topic-prefix --topic --qos --no-retain --max-gap --loop --count --property --host --port --url --srv --unix --id --id-prefix --username --password --keepalive --mqtt-version --disable-clean-session --session-expiry-interval --connect-timeout --wait-for-broker --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile --options-file --mosquitto-config --quiet --color --debug --help" ;;
        esac
      fi
      ;;
    retained)
      _mqtk_property && return
      case $prev in
        -T | --filter-out | -p | --port | -L | --url | -i | --id | -I | --id-prefix | -u | --username | -P | --password | -k | --keepalive | -x | --session-expiry-interval | --connect-timeout | --wait-for-broker | -M | --max-inflight | --password-fd | --password-command | --key-password | --tls-server-name | --tls-alpn | --ciphers | --psk | --psk-identity | --ws-header | --proxy | -A | --bind-address | --will-topic | --will-payload)
          :
          return
          ;;
        -h | --host)
          _mqtk_hosts
          return
          ;;
        --unix | --password-file | --cafile | --capath | --cert | --key | --pkcs12 | --key-password-file | --crl | --tls-keylog | -o | --options-file)
          _mqtk_files
          return
          ;;
        -V | --mqtt-version)
          _mqtk_words "auto 5 3.1.1 3.1"
          return
          ;;
        --tls-version)
          _mqtk_words "1.2 1.3"
          return
          ;;
        --will-qos)
          _mqtk_words "0 1 2"
          return
          ;;
        --profile)
          _mqtk_profiles
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "-T --filter-out --json -y --yes --dry-run -D --property -h --host -p --port -L --url -S --srv --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -c --disable-clean-session -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy -A --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile -o --options-file --mosquitto-config --quiet --color -d --debug --help"
      else
        _mqtk_operand " -T --filter-out -D --property -h --host -p --port -L --url --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --cafile --capath --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --tls-keylog --ws-header --proxy -A --bind-address --will-topic --will-payload --will-qos --profile -o --options-file --color "
        case $operand in
          0) _mqtk_words "list clear" ;;
          1) : ;;
          *) _mqtk_words "--filter-out --json --yes --dry-run --property --host --port --url --srv --unix --id --id-prefix --username --password --keepalive --mqtt-version --disable-clean-session --session-expiry-interval --connect-timeout --wait-for-broker --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile --options-file --mosquitto-config --quiet --color --debug --help" ;;
        esac
      fi
      ;;
    simulate)
      _mqtk_property && return
      case $prev in
        -n | --devices | --rate | --topic-prefix | --seed | -C | --count | --duration | -p | --port | -L | --url | -i | --id | -I | --id-prefix | -u | --username | -P | --password | -k | --keepalive | -x | --session-expiry-interval | --connect-timeout | --wait-for-broker | -M | --max-inflight | --password-fd | --password-command | --key-password | --tls-server-name | --tls-alpn | --ciphers | --psk | --psk-identity | --ws-header | --proxy | -A | --bind-address | --will-topic | --will-payload)
          :
          return
          ;;
        -q | --qos | --will-qos)
          _mqtk_words "0 1 2"
          return
          ;;
        -h | --host)
          _mqtk_hosts
          return
          ;;
        --unix | --password-file | --cafile | --capath | --cert | --key | --pkcs12 | --key-password-file | --crl | --tls-keylog | -o | --options-file)
          _mqtk_files
          return
          ;;
        -V | --mqtt-version)
          _mqtk_words "auto 5 3.1.1 3.1"
          return
          ;;
        --tls-version)
          _mqtk_words "1.2 1.3"
          return
          ;;
        --profile)
          _mqtk_profiles
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "-n --devices --rate --topic-prefix -q --qos --seed -C --count --duration --print-preset -D --property -h --host -p --port -L --url -S --srv --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -c --disable-clean-session -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy -A --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile -o --options-file --mosquitto-config --quiet --color -d --debug --help"
      else
        _mqtk_operand " -n --devices --rate --topic-prefix -q --qos --seed -C --count --duration -D --property -h --host -p --port -L --url --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --cafile --capath --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --tls-keylog --ws-header --proxy -A --bind-address --will-topic --will-payload --will-qos --profile -o --options-file --color "
        case $operand in
          0) _mqtk_words "sensors vehicles meters" ;;
          *) _mqtk_words "--devices --rate --topic-prefix --qos --seed --count --duration --print-preset --property --host --port --url --srv --unix --id --id-prefix --username --password --keepalive --mqtt-version --disable-clean-session --session-expiry-interval --connect-timeout --wait-for-broker --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy --bind-address --nodelay --no-tls --will-topic --will-payload --will-qos --will-retain --profile --options-file --mosquitto-config --quiet --color --debug --help" ;;
        esac
      fi
      ;;
    broker)
      for ((i = 2; i < COMP_CWORD; i++)); do
        case ${COMP_WORDS[i]} in
          --exec | --)
            _mqtk_rest $((i + 1))
            return
            ;;
        esac
      done
      case $prev in
        -p | --port | --unix-mode | --listen | --key-password | --ciphers | --user | --ws-origin | --trusted-proxy | --max-connections | --handshake-timeout | --connect-timeout | --max-connect-size | --max-failed-connects | --max-reconnects | --ban-time | --max-client-id | --max-keepalive | --max-packet-size | --max-topic-levels | --max-user-properties | --max-user-property-bytes | --max-topic-alias | --max-topic-alias-broker | --receive-maximum | --max-inflight-messages | --max-queued-messages | --max-queued-bytes | --slow-after | --soft-backlog | --hard-backlog | --memory-limit | --max-subscriptions | --max-subscription-bytes | --subscription-memory-limit | --max-retained | --max-retained-bytes | --max-sessions | --max-session-expiry | --busy-after | --overloaded-after)
          :
          return
          ;;
        --bind)
          _mqtk_hosts
          return
          ;;
        --unix | --cert | --key | --pkcs12 | --key-password-file | --client-ca | --crl | --psk-file | --password-file | --ready-json)
          _mqtk_files
          return
          ;;
        --client-cert)
          _mqtk_words "required optional"
          return
          ;;
        --tls-version)
          _mqtk_words "1.2 1.3"
          return
          ;;
        --max-qos)
          _mqtk_words "0 1 2"
          return
          ;;
        --queue-policy)
          _mqtk_words "drop-new drop-old disconnect reject-publish"
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "-p --port --bind --unix --unix-mode --listen --cert --key --pkcs12 --key-password --key-password-file --tls-dev --client-ca --client-cert --crl --psk-file --tls-version --ciphers --user --password-file --allow-anonymous --ws-origin --trusted-proxy --max-connections --handshake-timeout --connect-timeout --max-connect-size --max-failed-connects --max-reconnects --ban-time --max-client-id --max-keepalive --max-packet-size --max-qos --max-topic-levels --max-user-properties --max-user-property-bytes --max-topic-alias --max-topic-alias-broker --receive-maximum --max-inflight-messages --max-queued-messages --max-queued-bytes --queue-policy --slow-after --soft-backlog --hard-backlog --memory-limit --max-subscriptions --max-subscription-bytes --subscription-memory-limit --max-retained --max-retained-bytes --max-sessions --max-session-expiry --busy-after --overloaded-after --strict-utf8 --ready-json --exec -v --verbose --print-config --json --quiet --color -h --help"
      else
        _mqtk_words "--port --bind --unix --unix-mode --listen --cert --key --pkcs12 --key-password --key-password-file --tls-dev --client-ca --client-cert --crl --psk-file --tls-version --ciphers --user --password-file --allow-anonymous --ws-origin --trusted-proxy --max-connections --handshake-timeout --connect-timeout --max-connect-size --max-failed-connects --max-reconnects --ban-time --max-client-id --max-keepalive --max-packet-size --max-qos --max-topic-levels --max-user-properties --max-user-property-bytes --max-topic-alias --max-topic-alias-broker --receive-maximum --max-inflight-messages --max-queued-messages --max-queued-bytes --queue-policy --slow-after --soft-backlog --hard-backlog --memory-limit --max-subscriptions --max-subscription-bytes --subscription-memory-limit --max-retained --max-retained-bytes --max-sessions --max-session-expiry --busy-after --overloaded-after --strict-utf8 --ready-json --exec --verbose --print-config --json --quiet --color --help"
      fi
      ;;
    bench)
      case $prev in
        --target | --base-ref | --build | --start | --rounds | --budget | --sample-pid | --target-cpus | --size | --pairs | --publishers | --subscribers | --clients | --count | --duration | --warmup | --rate | --ramp | --slo | --window | --cpus | -M | --max-inflight | -i | --id | -t | --topic | -m | --payload | -p | --port | -L | --url | -u | --username | -P | --password | -k | --keepalive | --connect-timeout | --password-fd | --password-command | --key-password | --tls-server-name | --tls-alpn | --ciphers | --psk | --psk-identity | --ws-header | --proxy | -A | --bind-address | --threshold | --baseline | --margin | --gate)
          :
          return
          ;;
        -V | --mqtt-version)
          _mqtk_words "5 3.1.1 3.1 5,3.1.1"
          return
          ;;
        -f | --scenario-file | --credentials | --client-cert | --client-key | --unix | --password-file | --cafile | --capath | --cert | --key | --pkcs12 | --key-password-file | --crl | --tls-keylog | --noise | --report)
          _mqtk_files
          return
          ;;
        --scenario)
          _mqtk_words "pair fan-in fan-out shared wildcard rr publish subscribe conn churn reconnect-storm will-storm retained backlog all"
          return
          ;;
        -q | --qos)
          _mqtk_words "0 1 2 0,1,2"
          return
          ;;
        --workers)
          _mqtk_words "auto"
          return
          ;;
        -h | --host)
          _mqtk_hosts
          return
          ;;
        --tls-version)
          _mqtk_words "1.2 1.3"
          return
          ;;
        --profile)
          _mqtk_profiles
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "--target --base-ref --build --start --rounds --budget --sample-pid --target-cpus -V --mqtt-version -f --scenario-file --scenario -q --qos --size --pairs --publishers --subscribers --clients --count --duration --warmup --rate --ramp --poisson --find-max --slo --max --window --workers --cpus -M --max-inflight -i --id -t --topic -m --payload --credentials --client-cert --client-key -h --host -p --port -L --url --unix -u --username -P --password -k --keepalive --connect-timeout --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy -A --bind-address --nodelay --no-tls --threshold --baseline --margin --gate --noise --strict --exit-zero --abort-on-fail --calibrate --report --json --dry-run --profile --quiet --color --help"
      else
        _mqtk_operand " --target --base-ref --build --start --rounds --budget --sample-pid --target-cpus -V --mqtt-version -f --scenario-file --scenario -q --qos --size --pairs --publishers --subscribers --clients --count --duration --warmup --rate --ramp --slo --window --workers --cpus -M --max-inflight -i --id -t --topic -m --payload --credentials --client-cert --client-key -h --host -p --port -L --url --unix -u --username -P --password -k --keepalive --connect-timeout --password-file --password-fd --password-command --cafile --capath --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --tls-keylog --ws-header --proxy -A --bind-address --threshold --baseline --margin --gate --noise --report --profile --color "
        case $operand in
          0) _mqtk_words "compare report init" ;;
          *) _mqtk_words "--target --base-ref --build --start --rounds --budget --sample-pid --target-cpus --mqtt-version --scenario-file --scenario --qos --size --pairs --publishers --subscribers --clients --count --duration --warmup --rate --ramp --poisson --find-max --slo --max --window --workers --cpus --max-inflight --id --topic --payload --credentials --client-cert --client-key --host --port --url --unix --username --password --keepalive --connect-timeout --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy --bind-address --nodelay --no-tls --threshold --baseline --margin --gate --noise --strict --exit-zero --abort-on-fail --calibrate --report --json --dry-run --profile --quiet --color --help" ;;
        esac
      fi
      ;;
    "bench compare")
      case $prev in
        --baseline | --threshold | --margin | --gate)
          :
          return
          ;;
        --noise | --report)
          _mqtk_files
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "--baseline --json --threshold --margin --gate --noise --strict --exit-zero --report --quiet --color -h --help"
      else
        _mqtk_operand " --baseline --threshold --margin --gate --noise --report --color "
        case $operand in
          0) _mqtk_files ;;
          1) _mqtk_files ;;
          *) _mqtk_words "--baseline --json --threshold --margin --gate --noise --strict --exit-zero --report --quiet --color --help" ;;
        esac
      fi
      ;;
    "bench report")
      case $prev in
        --format)
          _mqtk_words "table md html json csv junit gha-smaller gha-bigger prom hgrm hlog"
          return
          ;;
        --report | --noise)
          _mqtk_files
          return
          ;;
        --threshold | --baseline | --margin | --gate)
          :
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "--format --report --threshold --baseline --margin --gate --noise --strict --exit-zero --quiet --color -h --help"
      else
        _mqtk_operand " --format --report --threshold --baseline --margin --gate --noise --color "
        case $operand in
          0) _mqtk_files ;;
          *) _mqtk_words "--format --report --threshold --baseline --margin --gate --noise --strict --exit-zero --quiet --color --help" ;;
        esac
      fi
      ;;
    "bench init")
      case $prev in
        --out)
          _mqtk_files
          return
          ;;
        --example)
          _mqtk_words "fleet commands capacity"
          return
          ;;
        --build | --start | --threshold)
          :
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "--out --example --build --start --threshold --force --quiet --color -h --help"
      else
        _mqtk_operand " --out --example --build --start --threshold --color "
        case $operand in
          0) _mqtk_words "ci scenario schema" ;;
          *) _mqtk_words "--out --example --build --start --threshold --force --quiet --color --help" ;;
        esac
      fi
      ;;
    cert)
      case $prev in
        --out | --ca | --ca-key | --cafile | --capath | --cert | --key | --key-password-file)
          _mqtk_files
          return
          ;;
        --file | --san | --days | --key-password | --tls-server-name | --tls-alpn)
          :
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "--out --file --ca --ca-key --san --days --force --cafile --capath --tls-use-os-certs --tls-dev --cert --key --key-password --key-password-file --tls-server-name --tls-alpn --quiet --color -h --help"
      else
        _mqtk_operand " --out --file --ca --ca-key --san --days --cafile --capath --cert --key --key-password --key-password-file --tls-server-name --tls-alpn --color "
        case $operand in
          0) _mqtk_words "ca server client show" ;;
          1) _mqtk_files ;;
          *) _mqtk_words "--out --file --ca --ca-key --san --days --force --cafile --capath --tls-use-os-certs --tls-dev --cert --key --key-password --key-password-file --tls-server-name --tls-alpn --quiet --color --help" ;;
        esac
      fi
      ;;
    profile)
      _mqtk_property && return
      case $prev in
        -h | --host)
          _mqtk_hosts
          return
          ;;
        -p | --port | -L | --url | -i | --id | -I | --id-prefix | -u | --username | -P | --password | -k | --keepalive | -x | --session-expiry-interval | --connect-timeout | --wait-for-broker | -M | --max-inflight | --password-fd | --password-command | --key-password | --tls-server-name | --tls-alpn | --ciphers | --psk | --psk-identity | --ws-header | --proxy | -A | --bind-address | --will-topic | --will-payload)
          :
          return
          ;;
        --unix | --password-file | --cafile | --capath | --cert | --key | --pkcs12 | --key-password-file | --crl | --tls-keylog)
          _mqtk_files
          return
          ;;
        -V | --mqtt-version)
          _mqtk_words "auto 5 3.1.1 3.1"
          return
          ;;
        --tls-version)
          _mqtk_words "1.2 1.3"
          return
          ;;
        --will-qos)
          _mqtk_words "0 1 2"
          return
          ;;
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "--force --store-password --json -h --host -p --port -L --url -S --srv --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -c --disable-clean-session -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy -A --bind-address --nodelay --no-tls -D --property --will-topic --will-payload --will-qos --will-retain --quiet --color --help"
      else
        _mqtk_operand " -h --host -p --port -L --url --unix -i --id -I --id-prefix -u --username -P --password -k --keepalive -V --mqtt-version -x --session-expiry-interval --connect-timeout --wait-for-broker -M --max-inflight --password-file --password-fd --password-command --cafile --capath --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --tls-keylog --ws-header --proxy -A --bind-address -D --property --will-topic --will-payload --will-qos --color "
        case $operand in
          0) _mqtk_words "add list show remove" ;;
          1) _mqtk_profiles ;;
          *) _mqtk_words "--force --store-password --json --host --port --url --srv --unix --id --id-prefix --username --password --keepalive --mqtt-version --disable-clean-session --session-expiry-interval --connect-timeout --wait-for-broker --max-inflight --password-file --password-fd --password-command --ask-password --cafile --capath --tls-use-os-certs --tls-dev --cert --key --pkcs12 --key-password --key-password-file --crl --tls-server-name --tls-alpn --tls-version --ciphers --psk --psk-identity --insecure --tls-keylog --ws --ws-header --proxy --bind-address --nodelay --no-tls --property --will-topic --will-payload --will-qos --will-retain --quiet --color --help" ;;
        esac
      fi
      ;;
    completion)
      case $prev in
        --color)
          _mqtk_words "auto always never"
          return
          ;;
      esac
      if [[ $cur == -* ]]; then
        _mqtk_words "--quiet --color -h --help"
      else
        _mqtk_operand " --color "
        case $operand in
          0) _mqtk_words "bash zsh fish powershell" ;;
          *) _mqtk_words "--quiet --color --help" ;;
        esac
      fi
      ;;
  esac
}

complete -F _mqtk mqtk
