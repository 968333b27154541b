# Completions of mqtk for PowerShell. Generated from the definitions of its options; do not edit.
#   mqtk completion powershell | Out-String | Invoke-Expression

function Get-MqtkProfiles {
    $folder = if ($env:XDG_CONFIG_HOME) { $env:XDG_CONFIG_HOME } elseif ($env:APPDATA) { $env:APPDATA } else { "$HOME/.config" }
    Get-ChildItem -Path "$folder/mqtk/profiles/*.toml" -ErrorAction Ignore | ForEach-Object { , @($_.BaseName, 'a profile') }
}

Register-ArgumentCompleter -Native -CommandName mqtk -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { "$_" })
    if ($wordToComplete -ne '') { $words = @($words | Select-Object -SkipLast 1) }
    $command = if ($words.Count -gt 1) { $words[1] } else { '' }
    if ($words.Count -gt 2 -and @('bench compare', 'bench report', 'bench init') -ccontains "$command $($words[2])") {
        $command = "$command $($words[2])"
    }
    $previous = if ($words.Count -gt 2) { $words[-1] } else { '' }
    # What stands behind --exec is another command line.
    if ($words -ccontains '--exec') { return }

    # Each offer: what is typed, and what it means. Without any, PowerShell offers the names of files.
    $propertyNames = @('-D', '--property')
    $offers = if ($words.Count -gt 3 -and $propertyNames -ccontains $words[-2]) { @(switch -Exact ($previous) {
        'connect' {
            , @('session-expiry-interval', 'a property of CONNECT')
            , @('authentication-method', 'a property of CONNECT')
            , @('authentication-data', 'a property of CONNECT')
            , @('request-problem-information', 'a property of CONNECT')
            , @('request-response-information', 'a property of CONNECT')
            , @('receive-maximum', 'a property of CONNECT')
            , @('topic-alias-maximum', 'a property of CONNECT')
            , @('user-property', 'a property of CONNECT')
            , @('maximum-packet-size', 'a property of CONNECT')
        }
        'publish' {
            , @('payload-format-indicator', 'a property of PUBLISH')
            , @('message-expiry-interval', 'a property of PUBLISH')
            , @('content-type', 'a property of PUBLISH')
            , @('response-topic', 'a property of PUBLISH')
            , @('correlation-data', 'a property of PUBLISH')
            , @('topic-alias', 'a property of PUBLISH')
            , @('user-property', 'a property of PUBLISH')
        }
        'will' {
            , @('payload-format-indicator', 'a property of WILL')
            , @('message-expiry-interval', 'a property of WILL')
            , @('content-type', 'a property of WILL')
            , @('response-topic', 'a property of WILL')
            , @('correlation-data', 'a property of WILL')
            , @('will-delay-interval', 'a property of WILL')
            , @('user-property', 'a property of WILL')
        }
        'subscribe' {
            , @('subscription-identifier', 'a property of SUBSCRIBE')
            , @('user-property', 'a property of SUBSCRIBE')
        }
        'unsubscribe' {
            , @('user-property', 'a property of UNSUBSCRIBE')
        }
        'disconnect' {
            , @('session-expiry-interval', 'a property of DISCONNECT')
            , @('reason-string', 'a property of DISCONNECT')
            , @('user-property', 'a property of DISCONNECT')
        }
    }) } else { @(switch -CaseSensitive -Exact ($command) {
        '' {
            , @('pub', 'publish messages')
            , @('sub', 'subscribe and print messages')
            , @('top', 'look at a broker, live')
            , @('rr', 'send a request and print its response')
            , @('reply', 'answer requests')
            , @('record', 'write messages down, with their times')
            , @('replay', 'publish recorded messages again, in their time')
            , @('retained', 'list or clear the messages that a broker keeps')
            , @('simulate', 'publish what a fleet of devices would')
            , @('broker', 'run an MQTT broker')
            , @('bench', 'measure a broker')
            , @('cert', 'make and explain certificates')
            , @('profile', 'name a way to connect, for --profile')
            , @('completion', 'print the completions for a shell')
            , @('help', 'explain a command')
            , @('--help', 'print help')
            , @('--version', 'print the version')
        }
        'help' {
            , @('pub', 'publish messages')
            , @('sub', 'subscribe and print messages')
            , @('top', 'look at a broker, live')
            , @('rr', 'send a request and print its response')
            , @('reply', 'answer requests')
            , @('record', 'write messages down, with their times')
            , @('replay', 'publish recorded messages again, in their time')
            , @('retained', 'list or clear the messages that a broker keeps')
            , @('simulate', 'publish what a fleet of devices would')
            , @('broker', 'run an MQTT broker')
            , @('bench', 'measure a broker')
            , @('cert', 'make and explain certificates')
            , @('profile', 'name a way to connect, for --profile')
            , @('completion', 'print the completions for a shell')
        }
        'pub' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '-q', '--qos' } {
                    , @('0', 'quality of service: 0, 1 or 2')
                    , @('1', 'quality of service: 0, 1 or 2')
                    , @('2', 'quality of service: 0, 1 or 2')
                    break
                }
                { $_ -cin '--encode' } {
                    , @('json', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('text', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('hex', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('base64', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('cbor', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('msgpack', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('protobuf', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('avro', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('sparkplug', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('gzip', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('zlib', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('int8', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('uint8', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('int16le', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('int16be', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('uint16le', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('uint16be', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('int32le', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('int32be', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('uint32le', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('uint32be', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('int64le', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('int64be', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('uint64le', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('uint64be', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('floatle', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('floatbe', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('doublele', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('doublebe', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    break
                }
                { $_ -cin '-D', '--property' } {
                    , @('connect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('publish', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('will', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('subscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('unsubscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('disconnect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    break
                }
                { $_ -cin '-V', '--mqtt-version' } {
                    , @('auto', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('5', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    break
                }
                { $_ -cin '--tls-version' } {
                    , @('1.2', 'only this version: 1.2 or 1.3')
                    , @('1.3', 'only this version: 1.2 or 1.3')
                    break
                }
                { $_ -cin '--will-qos' } {
                    , @('0', 'the will''s quality of service')
                    , @('1', 'the will''s quality of service')
                    , @('2', 'the will''s quality of service')
                    break
                }
                { $_ -cin '--profile' } {
                    Get-MqtkProfiles
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '-t', '--topic', '-m', '--message', '-f', '--file', '--topic-separator', '--repeat', '--repeat-delay', '--count', '--rate', '--interval', '--size', '--seed', '--proto', '--proto-message', '--proto-path', '--avro-schema', '-h', '--host', '-p', '--port', '-L', '--url', '--unix', '-i', '--id', '-I', '--id-prefix', '-u', '--username', '-P', '--password', '-k', '--keepalive', '-x', '--session-expiry-interval', '--connect-timeout', '--wait-for-broker', '-M', '--max-inflight', '--password-file', '--password-fd', '--password-command', '--cafile', '--capath', '--cert', '--key', '--pkcs12', '--key-password', '--key-password-file', '--crl', '--tls-server-name', '--tls-alpn', '--ciphers', '--psk', '--psk-identity', '--tls-keylog', '--ws-header', '--proxy', '-A', '--bind-address', '--will-topic', '--will-payload', '-o', '--options-file' } {
                    break
                }
                default {
                    , @('-t', 'where to publish (may be repeated)')
                    , @('--topic', 'where to publish (may be repeated)')
                    , @('-m', 'publish this text')
                    , @('--message', 'publish this text')
                    , @('-f', 'publish the contents of a file')
                    , @('--file', 'publish the contents of a file')
                    , @('-s', 'publish everything from stdin as one message')
                    , @('--stdin-file', 'publish everything from stdin as one message')
                    , @('-l', 'publish each line from stdin as a message')
                    , @('--stdin-line', 'publish each line from stdin as a message')
                    , @('--json', 'publish each line from stdin as the message that it describes, as mqtk sub --json writes it')
                    , @('-n', 'publish an empty message')
                    , @('--null-message', 'publish an empty message')
                    , @('-0', 'with -l: a zero byte ends each record instead of a line feed')
                    , @('--null', 'with -l: a zero byte ends each record instead of a line feed')
                    , @('--topic-separator', 'with -l: each line is a topic, this (such as TAB), and the payload')
                    , @('-q', 'quality of service: 0, 1 or 2')
                    , @('--qos', 'quality of service: 0, 1 or 2')
                    , @('-r', 'the broker keeps the message for later subscribers')
                    , @('--retain', 'the broker keeps the message for later subscribers')
                    , @('--repeat', 'publish the message so many times')
                    , @('--repeat-delay', 'wait so long between repetitions')
                    , @('--template', 'fill in topic and payload: {{now}} or {{now s}}, {{iso}}, {{seq}} or {{seq 6}} (digits), {{uuid}}, {{random 1 100}}, {{choice a b}}, {{sine 60s 20 5}} (period, middle, amplitude), {{walk 0 100 2.5}} (between, step), {{grow 1000 0.5}} (from, step), {{env NAME}}, {{line}} (with -l), {{i}} and {{each a b}} (for simulate and bench: which device it is, from 0, and what it gets); {{"{{"}} is two braces')
                    , @('--count', 'end after so many times')
                    , @('--rate', 'publish so often: 100/s, 30/m; with -l, lines')
                    , @('--interval', 'publish once in this time')
                    , @('--size', 'publish a payload of this size: letters, or --random')
                    , @('--random', 'with --size: random bytes, new ones each time')
                    , @('--seed', 'make random things the same in each run')
                    , @('--encode', 'publish the payload, written as JSON or text, in this format: json (checked), hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed')
                    , @('--proto', 'with protobuf: the .proto file that describes the payload')
                    , @('--proto-message', 'which message of it, where there are several')
                    , @('--proto-path', 'where its imports are, beside its own folder (may be repeated)')
                    , @('--avro-schema', 'with avro: the .avsc file that describes the payload')
                    , @('-D', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('--property', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('-h', 'the broker''s name or IP address')
                    , @('--host', 'the broker''s name or IP address')
                    , @('-p', 'the broker''s port')
                    , @('--port', 'the broker''s port')
                    , @('-L', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('--url', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('-S', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--srv', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--unix', 'the broker''s Unix socket')
                    , @('-i', 'the client id')
                    , @('--id', 'the client id')
                    , @('-I', 'make up a client id that starts like this')
                    , @('--id-prefix', 'make up a client id that starts like this')
                    , @('-u', 'the user name')
                    , @('--username', 'the user name')
                    , @('-P', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('--password', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('-k', 'longest silence before a ping; 0: never')
                    , @('--keepalive', 'longest silence before a ping; 0: never')
                    , @('-V', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('--mqtt-version', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('-c', 'go on with the session of this --id, and keep it when leaving')
                    , @('--disable-clean-session', 'go on with the session of this --id, and keep it when leaving')
                    , @('-x', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--session-expiry-interval', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--connect-timeout', 'longest time to get connected')
                    , @('--wait-for-broker', 'where the broker cannot be reached, try again for so long')
                    , @('-M', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--max-inflight', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--password-file', 'read the password from the first line of this file')
                    , @('--password-fd', 'read the password from the first line of this open file: --password-fd 3 3<secret')
                    , @('--password-command', 'run this command (words separated by spaces, no shell) and take the first line that it prints')
                    , @('--ask-password', 'ask for the password at the terminal')
                    , @('--cafile', 'trust the CAs in this PEM file, and no others')
                    , @('--capath', 'trust the CAs in the PEM files of this folder')
                    , @('--tls-use-os-certs', 'trust the CAs that the system trusts')
                    , @('--tls-dev', 'trust the brokers that this user runs with --tls-dev')
                    , @('--cert', 'our certificate (PEM), for brokers that want one')
                    , @('--key', 'its private key (PEM)')
                    , @('--pkcs12', 'our certificate and its key in one .p12 or .pfx file')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--crl', 'refuse the certificates in this list of revoked ones (PEM)')
                    , @('--tls-server-name', 'the name to ask for (SNI) and to expect in the certificate')
                    , @('--tls-alpn', 'the protocols to offer, such as mqtt (ALPN)')
                    , @('--tls-version', 'only this version: 1.2 or 1.3')
                    , @('--ciphers', 'the ciphers to offer, as openssl ciphers lists them')
                    , @('--psk', 'a pre-shared key instead of certificates (MQTK_PSK is safer)')
                    , @('--psk-identity', 'which pre-shared key it is')
                    , @('--insecure', 'accept any certificate: for trying things out alone')
                    , @('--tls-keylog', 'append the keys of connections to this file, with which Wireshark can read them')
                    , @('--ws', 'MQTT over WebSocket, for --host; with a URL: ws:// or wss://')
                    , @('--ws-header', 'add a header to the request that opens the WebSocket (may be repeated)')
                    , @('--proxy', 'connect through a SOCKS5 or HTTP proxy: socks5h://host:port, http://host:port')
                    , @('-A', 'connect from this address of this machine')
                    , @('--bind-address', 'connect from this address of this machine')
                    , @('--nodelay', 'send small packets at once, as mqtk always does')
                    , @('--no-tls', 'no TLS, even on port 8883')
                    , @('--will-topic', 'where the broker publishes the will if the connection breaks')
                    , @('--will-payload', 'the will''s payload')
                    , @('--will-qos', 'the will''s quality of service')
                    , @('--will-retain', 'the will is retained')
                    , @('--profile', 'take what is not given otherwise from this profile (see mqtk profile)')
                    , @('-o', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--options-file', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--mosquitto-config', 'the same with the configuration file of mosquitto''s client: ~/.config/mosquitto_pub, …')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-d', 'show every packet that is sent and received, on stderr')
                    , @('--debug', 'show every packet that is sent and received, on stderr')
                    , @('--help', 'print help')
                }
            }
        }
        'sub' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '-q', '--qos' } {
                    , @('0', 'highest quality of service to receive: 0, 1 or 2')
                    , @('1', 'highest quality of service to receive: 0, 1 or 2')
                    , @('2', 'highest quality of service to receive: 0, 1 or 2')
                    break
                }
                { $_ -cin '--retain-handling' } {
                    , @('always', 'get retained messages always, only for new subscriptions, or never (MQTT 5)')
                    , @('new', 'get retained messages always, only for new subscriptions, or never (MQTT 5)')
                    , @('never', 'get retained messages always, only for new subscriptions, or never (MQTT 5)')
                    break
                }
                { $_ -cin '--decode' } {
                    , @('auto', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('json', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('text', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('hex', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('base64', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('cbor', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('msgpack', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('protobuf', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('avro', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('sparkplug', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('gzip', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('zlib', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int8', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint8', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int16le', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int16be', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint16le', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint16be', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int32le', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int32be', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint32le', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint32be', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int64le', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int64be', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint64le', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint64be', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('floatle', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('floatbe', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('doublele', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('doublebe', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    break
                }
                { $_ -cin '-D', '--property' } {
                    , @('connect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('publish', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('will', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('subscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('unsubscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('disconnect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    break
                }
                { $_ -cin '-V', '--mqtt-version' } {
                    , @('auto', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('5', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    break
                }
                { $_ -cin '--tls-version' } {
                    , @('1.2', 'only this version: 1.2 or 1.3')
                    , @('1.3', 'only this version: 1.2 or 1.3')
                    break
                }
                { $_ -cin '--will-qos' } {
                    , @('0', 'the will''s quality of service')
                    , @('1', 'the will''s quality of service')
                    , @('2', 'the will''s quality of service')
                    break
                }
                { $_ -cin '--profile' } {
                    Get-MqtkProfiles
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '-t', '--topic', '-U', '--unsubscribe', '-T', '--filter-out', '--random-filter', '-F', '--format', '--proto', '--proto-message', '--proto-path', '--avro-schema', '--output', '--rotate-size', '--rotate-every', '--keep', '--save-dir', '-C', '--count', '-W', '--timeout', '--until', '--expect', '--within', '--idle', '--reconnect', '-h', '--host', '-p', '--port', '-L', '--url', '--unix', '-i', '--id', '-I', '--id-prefix', '-u', '--username', '-P', '--password', '-k', '--keepalive', '-x', '--session-expiry-interval', '--connect-timeout', '--wait-for-broker', '-M', '--max-inflight', '--password-file', '--password-fd', '--password-command', '--cafile', '--capath', '--cert', '--key', '--pkcs12', '--key-password', '--key-password-file', '--crl', '--tls-server-name', '--tls-alpn', '--ciphers', '--psk', '--psk-identity', '--tls-keylog', '--ws-header', '--proxy', '-A', '--bind-address', '--will-topic', '--will-payload', '-o', '--options-file' } {
                    break
                }
                default {
                    , @('-t', 'a topic filter, such as plant/+/temperature (may be repeated)')
                    , @('--topic', 'a topic filter, such as plant/+/temperature (may be repeated)')
                    , @('-q', 'highest quality of service to receive: 0, 1 or 2')
                    , @('--qos', 'highest quality of service to receive: 0, 1 or 2')
                    , @('--retain-handling', 'get retained messages always, only for new subscriptions, or never (MQTT 5)')
                    , @('--retain-as-published', 'keep the retain flag as the publisher set it (MQTT 5)')
                    , @('--no-local', 'no messages that we published ourselves (MQTT 5)')
                    , @('-U', 'take this filter out of the session (may be repeated)')
                    , @('--unsubscribe', 'take this filter out of the session (may be repeated)')
                    , @('--strict', 'fail with 4 when any filter is refused, not only when all are')
                    , @('-T', 'leave out messages whose topic matches this (may be repeated)')
                    , @('--filter-out', 'leave out messages whose topic matches this (may be repeated)')
                    , @('-R', 'no retained messages')
                    , @('--no-retained', 'no retained messages')
                    , @('--retained-only', 'only retained messages; end when they are in')
                    , @('--remove-retained', 'clear each retained message that is received (see -T) at the broker')
                    , @('--random-filter', 'print this share of the messages, chosen at random')
                    , @('-v', 'print the topic before each payload')
                    , @('--verbose', 'print the topic before each payload')
                    , @('-N', 'no line end after each payload')
                    , @('--no-newline', 'no line end after each payload')
                    , @('-F', 'as printf: %t topic, %p payload, %x hex, %b base64, %f float, %d double, %l length, %q QoS, %r retain, %m packet id, %I and %U time, %i ms since the last message, %n number, %c client id, %h host, %{json.path}, %[user-property], %j JSON with text, %J with JSON; properties: %C content type, %D correlation data, %E expiry, %F payload format, %P user properties, %R response topic, %S subscription identifier; @H:@M:@S as strftime; \n \t \0 \e')
                    , @('--format', 'as printf: %t topic, %p payload, %x hex, %b base64, %f float, %d double, %l length, %q QoS, %r retain, %m packet id, %I and %U time, %i ms since the last message, %n number, %c client id, %h host, %{json.path}, %[user-property], %j JSON with text, %J with JSON; properties: %C content type, %D correlation data, %E expiry, %F payload format, %P user properties, %R response topic, %S subscription identifier; @H:@M:@S as strftime; \n \t \0 \e')
                    , @('--json', 'print each message as a line of JSON from which mqtk pub --json makes it again')
                    , @('--pretty', 'JSON over several lines: payloads, %j and %J')
                    , @('--properties', 'below each message a line with its QoS, retain flag, size and properties')
                    , @('--diff', 'only what is different from the topic''s message before: members of JSON, else lines')
                    , @('--summary', 'at the end, on stderr: how many messages, bytes and topics came, at what rate')
                    , @('--message-rate', 'print how many messages came in each second, instead of them')
                    , @('-w', 'one line for each topic, written over: its last value, rate, age and size (on a terminal)')
                    , @('--watch', 'one line for each topic, written over: its last value, rate, age and size (on a terminal)')
                    , @('--decode', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('--proto', 'with protobuf: the .proto file that describes the payload')
                    , @('--proto-message', 'which message of it, where there are several')
                    , @('--proto-path', 'where its imports are, beside its own folder (may be repeated)')
                    , @('--avro-schema', 'with avro: the .avsc file that describes the payload')
                    , @('--output', 'add what is printed to this file')
                    , @('--rotate-size', 'put the file aside before it has more than this, such as 100M, and begin a new one')
                    , @('--rotate-every', 'put it aside in this time, such as 1h')
                    , @('--keep', 'keep so many files that were put aside, and remove older ones')
                    , @('--save-dir', 'write each payload to a file of its own below this folder, and print its name')
                    , @('-C', 'end after this many messages')
                    , @('--count', 'end after this many messages')
                    , @('-W', 'end with 27 after this time')
                    , @('--timeout', 'end with 27 after this time')
                    , @('--until', 'end with 0 when a message satisfies this, such as ''payload.state == "done"'': CEL over topic, payload (JSON, else text), text, raw (bytes), properties, qos, retain, dup, packetId')
                    , @('--expect', 'end with 0 when a message has satisfied this (may be repeated: one for each), and with 6 and what came close when the run ends otherwise')
                    , @('--within', 'with --expect: after the connection is made, wait no longer than this')
                    , @('--idle', 'end when no message has come for so long')
                    , @('-E', 'end when the subscriptions are made')
                    , @('--exit-after-subscribing', 'end when the subscriptions are made')
                    , @('--reconnect', 'try so long to get a lost connection back')
                    , @('-D', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('--property', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('-h', 'the broker''s name or IP address')
                    , @('--host', 'the broker''s name or IP address')
                    , @('-p', 'the broker''s port')
                    , @('--port', 'the broker''s port')
                    , @('-L', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('--url', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('-S', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--srv', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--unix', 'the broker''s Unix socket')
                    , @('-i', 'the client id')
                    , @('--id', 'the client id')
                    , @('-I', 'make up a client id that starts like this')
                    , @('--id-prefix', 'make up a client id that starts like this')
                    , @('-u', 'the user name')
                    , @('--username', 'the user name')
                    , @('-P', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('--password', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('-k', 'longest silence before a ping; 0: never')
                    , @('--keepalive', 'longest silence before a ping; 0: never')
                    , @('-V', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('--mqtt-version', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('-c', 'go on with the session of this --id, and keep it when leaving')
                    , @('--disable-clean-session', 'go on with the session of this --id, and keep it when leaving')
                    , @('-x', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--session-expiry-interval', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--connect-timeout', 'longest time to get connected')
                    , @('--wait-for-broker', 'where the broker cannot be reached, try again for so long')
                    , @('-M', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--max-inflight', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--password-file', 'read the password from the first line of this file')
                    , @('--password-fd', 'read the password from the first line of this open file: --password-fd 3 3<secret')
                    , @('--password-command', 'run this command (words separated by spaces, no shell) and take the first line that it prints')
                    , @('--ask-password', 'ask for the password at the terminal')
                    , @('--cafile', 'trust the CAs in this PEM file, and no others')
                    , @('--capath', 'trust the CAs in the PEM files of this folder')
                    , @('--tls-use-os-certs', 'trust the CAs that the system trusts')
                    , @('--tls-dev', 'trust the brokers that this user runs with --tls-dev')
                    , @('--cert', 'our certificate (PEM), for brokers that want one')
                    , @('--key', 'its private key (PEM)')
                    , @('--pkcs12', 'our certificate and its key in one .p12 or .pfx file')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--crl', 'refuse the certificates in this list of revoked ones (PEM)')
                    , @('--tls-server-name', 'the name to ask for (SNI) and to expect in the certificate')
                    , @('--tls-alpn', 'the protocols to offer, such as mqtt (ALPN)')
                    , @('--tls-version', 'only this version: 1.2 or 1.3')
                    , @('--ciphers', 'the ciphers to offer, as openssl ciphers lists them')
                    , @('--psk', 'a pre-shared key instead of certificates (MQTK_PSK is safer)')
                    , @('--psk-identity', 'which pre-shared key it is')
                    , @('--insecure', 'accept any certificate: for trying things out alone')
                    , @('--tls-keylog', 'append the keys of connections to this file, with which Wireshark can read them')
                    , @('--ws', 'MQTT over WebSocket, for --host; with a URL: ws:// or wss://')
                    , @('--ws-header', 'add a header to the request that opens the WebSocket (may be repeated)')
                    , @('--proxy', 'connect through a SOCKS5 or HTTP proxy: socks5h://host:port, http://host:port')
                    , @('-A', 'connect from this address of this machine')
                    , @('--bind-address', 'connect from this address of this machine')
                    , @('--nodelay', 'send small packets at once, as mqtk always does')
                    , @('--no-tls', 'no TLS, even on port 8883')
                    , @('--will-topic', 'where the broker publishes the will if the connection breaks')
                    , @('--will-payload', 'the will''s payload')
                    , @('--will-qos', 'the will''s quality of service')
                    , @('--will-retain', 'the will is retained')
                    , @('--profile', 'take what is not given otherwise from this profile (see mqtk profile)')
                    , @('-o', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--options-file', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--mosquitto-config', 'the same with the configuration file of mosquitto''s client: ~/.config/mosquitto_pub, …')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-d', 'show every packet that is sent and received, on stderr')
                    , @('--debug', 'show every packet that is sent and received, on stderr')
                    , @('--help', 'print help')
                }
            }
        }
        'top' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '-q', '--qos' } {
                    , @('0', 'highest quality of service to receive')
                    , @('1', 'highest quality of service to receive')
                    , @('2', 'highest quality of service to receive')
                    break
                }
                { $_ -cin '--decode' } {
                    , @('auto', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('json', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('text', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('hex', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('base64', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('cbor', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('msgpack', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('protobuf', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('avro', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('sparkplug', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('gzip', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('zlib', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int8', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint8', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int16le', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int16be', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint16le', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint16be', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int32le', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int32be', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint32le', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint32be', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int64le', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('int64be', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint64le', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('uint64be', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('floatle', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('floatbe', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('doublele', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('doublebe', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    break
                }
                { $_ -cin '-D', '--property' } {
                    , @('connect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('publish', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('will', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('subscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('unsubscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('disconnect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    break
                }
                { $_ -cin '-V', '--mqtt-version' } {
                    , @('auto', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('5', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    break
                }
                { $_ -cin '--tls-version' } {
                    , @('1.2', 'only this version: 1.2 or 1.3')
                    , @('1.3', 'only this version: 1.2 or 1.3')
                    break
                }
                { $_ -cin '--will-qos' } {
                    , @('0', 'the will''s quality of service')
                    , @('1', 'the will''s quality of service')
                    , @('2', 'the will''s quality of service')
                    break
                }
                { $_ -cin '--profile' } {
                    Get-MqtkProfiles
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '-t', '--topic', '--proto', '--proto-message', '--proto-path', '--avro-schema', '-h', '--host', '-p', '--port', '-L', '--url', '--unix', '-i', '--id', '-I', '--id-prefix', '-u', '--username', '-P', '--password', '-k', '--keepalive', '-x', '--session-expiry-interval', '--connect-timeout', '--wait-for-broker', '-M', '--max-inflight', '--password-file', '--password-fd', '--password-command', '--cafile', '--capath', '--cert', '--key', '--pkcs12', '--key-password', '--key-password-file', '--crl', '--tls-server-name', '--tls-alpn', '--ciphers', '--psk', '--psk-identity', '--tls-keylog', '--ws-header', '--proxy', '-A', '--bind-address', '--will-topic', '--will-payload', '-o', '--options-file' } {
                    break
                }
                default {
                    , @('-t', 'what to look at (may be repeated)')
                    , @('--topic', 'what to look at (may be repeated)')
                    , @('-q', 'highest quality of service to receive')
                    , @('--qos', 'highest quality of service to receive')
                    , @('--decode', 'print payloads of this format as JSON or text: auto (Sparkplug B, gzip, zlib, CBOR and MessagePack are recognised), json, text, hex, base64, cbor, msgpack, protobuf, avro, sparkplug, gzip, zlib, or a number such as int16be or floatle; gzip,cbor is CBOR, compressed; what is something else is printed as it is, behind a mark')
                    , @('--proto', 'with protobuf: the .proto file that describes the payload')
                    , @('--proto-message', 'which message of it, where there are several')
                    , @('--proto-path', 'where its imports are, beside its own folder (may be repeated)')
                    , @('--avro-schema', 'with avro: the .avsc file that describes the payload')
                    , @('-D', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('--property', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('-h', 'the broker''s name or IP address')
                    , @('--host', 'the broker''s name or IP address')
                    , @('-p', 'the broker''s port')
                    , @('--port', 'the broker''s port')
                    , @('-L', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('--url', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('-S', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--srv', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--unix', 'the broker''s Unix socket')
                    , @('-i', 'the client id')
                    , @('--id', 'the client id')
                    , @('-I', 'make up a client id that starts like this')
                    , @('--id-prefix', 'make up a client id that starts like this')
                    , @('-u', 'the user name')
                    , @('--username', 'the user name')
                    , @('-P', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('--password', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('-k', 'longest silence before a ping; 0: never')
                    , @('--keepalive', 'longest silence before a ping; 0: never')
                    , @('-V', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('--mqtt-version', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('-c', 'go on with the session of this --id, and keep it when leaving')
                    , @('--disable-clean-session', 'go on with the session of this --id, and keep it when leaving')
                    , @('-x', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--session-expiry-interval', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--connect-timeout', 'longest time to get connected')
                    , @('--wait-for-broker', 'where the broker cannot be reached, try again for so long')
                    , @('-M', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--max-inflight', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--password-file', 'read the password from the first line of this file')
                    , @('--password-fd', 'read the password from the first line of this open file: --password-fd 3 3<secret')
                    , @('--password-command', 'run this command (words separated by spaces, no shell) and take the first line that it prints')
                    , @('--ask-password', 'ask for the password at the terminal')
                    , @('--cafile', 'trust the CAs in this PEM file, and no others')
                    , @('--capath', 'trust the CAs in the PEM files of this folder')
                    , @('--tls-use-os-certs', 'trust the CAs that the system trusts')
                    , @('--tls-dev', 'trust the brokers that this user runs with --tls-dev')
                    , @('--cert', 'our certificate (PEM), for brokers that want one')
                    , @('--key', 'its private key (PEM)')
                    , @('--pkcs12', 'our certificate and its key in one .p12 or .pfx file')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--crl', 'refuse the certificates in this list of revoked ones (PEM)')
                    , @('--tls-server-name', 'the name to ask for (SNI) and to expect in the certificate')
                    , @('--tls-alpn', 'the protocols to offer, such as mqtt (ALPN)')
                    , @('--tls-version', 'only this version: 1.2 or 1.3')
                    , @('--ciphers', 'the ciphers to offer, as openssl ciphers lists them')
                    , @('--psk', 'a pre-shared key instead of certificates (MQTK_PSK is safer)')
                    , @('--psk-identity', 'which pre-shared key it is')
                    , @('--insecure', 'accept any certificate: for trying things out alone')
                    , @('--tls-keylog', 'append the keys of connections to this file, with which Wireshark can read them')
                    , @('--ws', 'MQTT over WebSocket, for --host; with a URL: ws:// or wss://')
                    , @('--ws-header', 'add a header to the request that opens the WebSocket (may be repeated)')
                    , @('--proxy', 'connect through a SOCKS5 or HTTP proxy: socks5h://host:port, http://host:port')
                    , @('-A', 'connect from this address of this machine')
                    , @('--bind-address', 'connect from this address of this machine')
                    , @('--nodelay', 'send small packets at once, as mqtk always does')
                    , @('--no-tls', 'no TLS, even on port 8883')
                    , @('--will-topic', 'where the broker publishes the will if the connection breaks')
                    , @('--will-payload', 'the will''s payload')
                    , @('--will-qos', 'the will''s quality of service')
                    , @('--will-retain', 'the will is retained')
                    , @('--profile', 'take what is not given otherwise from this profile (see mqtk profile)')
                    , @('-o', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--options-file', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--mosquitto-config', 'the same with the configuration file of mosquitto''s client: ~/.config/mosquitto_pub, …')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-d', 'show every packet that is sent and received, on stderr')
                    , @('--debug', 'show every packet that is sent and received, on stderr')
                    , @('--help', 'print help')
                }
            }
        }
        'rr' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '-q', '--qos' } {
                    , @('0', 'quality of service: 0, 1 or 2')
                    , @('1', 'quality of service: 0, 1 or 2')
                    , @('2', 'quality of service: 0, 1 or 2')
                    break
                }
                { $_ -cin '-D', '--property' } {
                    , @('connect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('publish', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('will', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('subscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('unsubscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('disconnect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    break
                }
                { $_ -cin '-V', '--mqtt-version' } {
                    , @('auto', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('5', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    break
                }
                { $_ -cin '--tls-version' } {
                    , @('1.2', 'only this version: 1.2 or 1.3')
                    , @('1.3', 'only this version: 1.2 or 1.3')
                    break
                }
                { $_ -cin '--will-qos' } {
                    , @('0', 'the will''s quality of service')
                    , @('1', 'the will''s quality of service')
                    , @('2', 'the will''s quality of service')
                    break
                }
                { $_ -cin '--profile' } {
                    Get-MqtkProfiles
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '-t', '--topic', '-e', '--response-topic', '-m', '--message', '-f', '--file', '--repeat', '-F', '--format', '-W', '--timeout', '-h', '--host', '-p', '--port', '-L', '--url', '--unix', '-i', '--id', '-I', '--id-prefix', '-u', '--username', '-P', '--password', '-k', '--keepalive', '-x', '--session-expiry-interval', '--connect-timeout', '--wait-for-broker', '-M', '--max-inflight', '--password-file', '--password-fd', '--password-command', '--cafile', '--capath', '--cert', '--key', '--pkcs12', '--key-password', '--key-password-file', '--crl', '--tls-server-name', '--tls-alpn', '--ciphers', '--psk', '--psk-identity', '--tls-keylog', '--ws-header', '--proxy', '-A', '--bind-address', '--will-topic', '--will-payload', '-o', '--options-file' } {
                    break
                }
                default {
                    , @('-t', 'where the request goes')
                    , @('--topic', 'where the request goes')
                    , @('-e', 'where the response is expected')
                    , @('--response-topic', 'where the response is expected')
                    , @('-m', 'the request is this text')
                    , @('--message', 'the request is this text')
                    , @('-f', 'the request is the contents of a file')
                    , @('--file', 'the request is the contents of a file')
                    , @('-s', 'the request is everything from stdin')
                    , @('--stdin-file', 'the request is everything from stdin')
                    , @('-n', 'the request is empty')
                    , @('--null-message', 'the request is empty')
                    , @('-q', 'quality of service: 0, 1 or 2')
                    , @('--qos', 'quality of service: 0, 1 or 2')
                    , @('-R', 'a retained message is no response')
                    , @('--no-retained', 'a retained message is no response')
                    , @('--retain-as-published', 'the response keeps the retain flag as its publisher set it (MQTT 5)')
                    , @('--repeat', 'ask so many times, one after the other, and print how long the answers took')
                    , @('-v', 'print the topic before the payload')
                    , @('--verbose', 'print the topic before the payload')
                    , @('-N', 'no line end after the payload')
                    , @('--no-newline', 'no line end after the payload')
                    , @('-F', 'print the response like this: see mqtk sub')
                    , @('--format', 'print the response like this: see mqtk sub')
                    , @('--json', 'print the response as a line of JSON')
                    , @('--pretty', 'JSON of %j and %J over several lines')
                    , @('--latency', 'print how long the response took, on stderr')
                    , @('-W', 'end with 27 after this time')
                    , @('--timeout', 'end with 27 after this time')
                    , @('-D', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('--property', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('-h', 'the broker''s name or IP address')
                    , @('--host', 'the broker''s name or IP address')
                    , @('-p', 'the broker''s port')
                    , @('--port', 'the broker''s port')
                    , @('-L', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('--url', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('-S', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--srv', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--unix', 'the broker''s Unix socket')
                    , @('-i', 'the client id')
                    , @('--id', 'the client id')
                    , @('-I', 'make up a client id that starts like this')
                    , @('--id-prefix', 'make up a client id that starts like this')
                    , @('-u', 'the user name')
                    , @('--username', 'the user name')
                    , @('-P', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('--password', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('-k', 'longest silence before a ping; 0: never')
                    , @('--keepalive', 'longest silence before a ping; 0: never')
                    , @('-V', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('--mqtt-version', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('-c', 'go on with the session of this --id, and keep it when leaving')
                    , @('--disable-clean-session', 'go on with the session of this --id, and keep it when leaving')
                    , @('-x', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--session-expiry-interval', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--connect-timeout', 'longest time to get connected')
                    , @('--wait-for-broker', 'where the broker cannot be reached, try again for so long')
                    , @('-M', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--max-inflight', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--password-file', 'read the password from the first line of this file')
                    , @('--password-fd', 'read the password from the first line of this open file: --password-fd 3 3<secret')
                    , @('--password-command', 'run this command (words separated by spaces, no shell) and take the first line that it prints')
                    , @('--ask-password', 'ask for the password at the terminal')
                    , @('--cafile', 'trust the CAs in this PEM file, and no others')
                    , @('--capath', 'trust the CAs in the PEM files of this folder')
                    , @('--tls-use-os-certs', 'trust the CAs that the system trusts')
                    , @('--tls-dev', 'trust the brokers that this user runs with --tls-dev')
                    , @('--cert', 'our certificate (PEM), for brokers that want one')
                    , @('--key', 'its private key (PEM)')
                    , @('--pkcs12', 'our certificate and its key in one .p12 or .pfx file')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--crl', 'refuse the certificates in this list of revoked ones (PEM)')
                    , @('--tls-server-name', 'the name to ask for (SNI) and to expect in the certificate')
                    , @('--tls-alpn', 'the protocols to offer, such as mqtt (ALPN)')
                    , @('--tls-version', 'only this version: 1.2 or 1.3')
                    , @('--ciphers', 'the ciphers to offer, as openssl ciphers lists them')
                    , @('--psk', 'a pre-shared key instead of certificates (MQTK_PSK is safer)')
                    , @('--psk-identity', 'which pre-shared key it is')
                    , @('--insecure', 'accept any certificate: for trying things out alone')
                    , @('--tls-keylog', 'append the keys of connections to this file, with which Wireshark can read them')
                    , @('--ws', 'MQTT over WebSocket, for --host; with a URL: ws:// or wss://')
                    , @('--ws-header', 'add a header to the request that opens the WebSocket (may be repeated)')
                    , @('--proxy', 'connect through a SOCKS5 or HTTP proxy: socks5h://host:port, http://host:port')
                    , @('-A', 'connect from this address of this machine')
                    , @('--bind-address', 'connect from this address of this machine')
                    , @('--nodelay', 'send small packets at once, as mqtk always does')
                    , @('--no-tls', 'no TLS, even on port 8883')
                    , @('--will-topic', 'where the broker publishes the will if the connection breaks')
                    , @('--will-payload', 'the will''s payload')
                    , @('--will-qos', 'the will''s quality of service')
                    , @('--will-retain', 'the will is retained')
                    , @('--profile', 'take what is not given otherwise from this profile (see mqtk profile)')
                    , @('-o', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--options-file', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--mosquitto-config', 'the same with the configuration file of mosquitto''s client: ~/.config/mosquitto_pub, …')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-d', 'show every packet that is sent and received, on stderr')
                    , @('--debug', 'show every packet that is sent and received, on stderr')
                    , @('--help', 'print help')
                }
            }
        }
        'reply' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '-q', '--qos' } {
                    , @('0', 'highest quality of service, also of replies')
                    , @('1', 'highest quality of service, also of replies')
                    , @('2', 'highest quality of service, also of replies')
                    break
                }
                { $_ -cin '-D', '--property' } {
                    , @('connect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('publish', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('will', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('subscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('unsubscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('disconnect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    break
                }
                { $_ -cin '-V', '--mqtt-version' } {
                    , @('auto', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('5', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    break
                }
                { $_ -cin '--tls-version' } {
                    , @('1.2', 'only this version: 1.2 or 1.3')
                    , @('1.3', 'only this version: 1.2 or 1.3')
                    break
                }
                { $_ -cin '--will-qos' } {
                    , @('0', 'the will''s quality of service')
                    , @('1', 'the will''s quality of service')
                    , @('2', 'the will''s quality of service')
                    break
                }
                { $_ -cin '--profile' } {
                    Get-MqtkProfiles
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '-t', '--topic', '-e', '--response-topic', '-m', '--message', '-f', '--file', '--concurrency', '--exec-timeout', '--max-output', '-C', '--count', '-W', '--timeout', '-h', '--host', '-p', '--port', '-L', '--url', '--unix', '-i', '--id', '-I', '--id-prefix', '-u', '--username', '-P', '--password', '-k', '--keepalive', '-x', '--session-expiry-interval', '--connect-timeout', '--wait-for-broker', '-M', '--max-inflight', '--password-file', '--password-fd', '--password-command', '--cafile', '--capath', '--cert', '--key', '--pkcs12', '--key-password', '--key-password-file', '--crl', '--tls-server-name', '--tls-alpn', '--ciphers', '--psk', '--psk-identity', '--tls-keylog', '--ws-header', '--proxy', '-A', '--bind-address', '--will-topic', '--will-payload', '-o', '--options-file' } {
                    break
                }
                default {
                    , @('-t', 'where requests come (may be repeated)')
                    , @('--topic', 'where requests come (may be repeated)')
                    , @('-q', 'highest quality of service, also of replies')
                    , @('--qos', 'highest quality of service, also of replies')
                    , @('-e', 'where replies to requests go that do not say it (MQTT 3.1.1): %t is the request''s topic, %1 to %9 are its levels')
                    , @('--response-topic', 'where replies to requests go that do not say it (MQTT 3.1.1): %t is the request''s topic, %1 to %9 are its levels')
                    , @('--echo', 'the reply is the request''s payload')
                    , @('-m', 'the reply is this text')
                    , @('--message', 'the reply is this text')
                    , @('-f', 'the reply is the contents of a file')
                    , @('--file', 'the reply is the contents of a file')
                    , @('-n', 'the reply is empty')
                    , @('--null-message', 'the reply is empty')
                    , @('--exec', 'the reply is what this prints: everything behind it is the command, run without a shell, with the payload on stdin and MQTK_REQUEST_TOPIC, …_PAYLOAD, …_QOS, …_RESPONSE_TOPIC, …_CONTENT_TYPE, …_CORRELATION_DATA (base64), …_USER_PROPERTIES (JSON)')
                    , @('--concurrency', 'with --exec: so many commands at a time; with more than 1, replies come as commands end')
                    , @('--exec-timeout', 'with --exec: stop commands that take longer')
                    , @('--max-output', 'with --exec: stop commands that print more')
                    , @('--silent-failures', 'with --exec: do not answer (with the user property mqtk-error, MQTT 5) when the command fails')
                    , @('-v', 'tell of each reply on stderr')
                    , @('--verbose', 'tell of each reply on stderr')
                    , @('-C', 'end after this many requests')
                    , @('--count', 'end after this many requests')
                    , @('-W', 'end with 27 after this time')
                    , @('--timeout', 'end with 27 after this time')
                    , @('-D', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('--property', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('-h', 'the broker''s name or IP address')
                    , @('--host', 'the broker''s name or IP address')
                    , @('-p', 'the broker''s port')
                    , @('--port', 'the broker''s port')
                    , @('-L', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('--url', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('-S', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--srv', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--unix', 'the broker''s Unix socket')
                    , @('-i', 'the client id')
                    , @('--id', 'the client id')
                    , @('-I', 'make up a client id that starts like this')
                    , @('--id-prefix', 'make up a client id that starts like this')
                    , @('-u', 'the user name')
                    , @('--username', 'the user name')
                    , @('-P', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('--password', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('-k', 'longest silence before a ping; 0: never')
                    , @('--keepalive', 'longest silence before a ping; 0: never')
                    , @('-V', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('--mqtt-version', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('-c', 'go on with the session of this --id, and keep it when leaving')
                    , @('--disable-clean-session', 'go on with the session of this --id, and keep it when leaving')
                    , @('-x', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--session-expiry-interval', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--connect-timeout', 'longest time to get connected')
                    , @('--wait-for-broker', 'where the broker cannot be reached, try again for so long')
                    , @('-M', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--max-inflight', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--password-file', 'read the password from the first line of this file')
                    , @('--password-fd', 'read the password from the first line of this open file: --password-fd 3 3<secret')
                    , @('--password-command', 'run this command (words separated by spaces, no shell) and take the first line that it prints')
                    , @('--ask-password', 'ask for the password at the terminal')
                    , @('--cafile', 'trust the CAs in this PEM file, and no others')
                    , @('--capath', 'trust the CAs in the PEM files of this folder')
                    , @('--tls-use-os-certs', 'trust the CAs that the system trusts')
                    , @('--tls-dev', 'trust the brokers that this user runs with --tls-dev')
                    , @('--cert', 'our certificate (PEM), for brokers that want one')
                    , @('--key', 'its private key (PEM)')
                    , @('--pkcs12', 'our certificate and its key in one .p12 or .pfx file')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--crl', 'refuse the certificates in this list of revoked ones (PEM)')
                    , @('--tls-server-name', 'the name to ask for (SNI) and to expect in the certificate')
                    , @('--tls-alpn', 'the protocols to offer, such as mqtt (ALPN)')
                    , @('--tls-version', 'only this version: 1.2 or 1.3')
                    , @('--ciphers', 'the ciphers to offer, as openssl ciphers lists them')
                    , @('--psk', 'a pre-shared key instead of certificates (MQTK_PSK is safer)')
                    , @('--psk-identity', 'which pre-shared key it is')
                    , @('--insecure', 'accept any certificate: for trying things out alone')
                    , @('--tls-keylog', 'append the keys of connections to this file, with which Wireshark can read them')
                    , @('--ws', 'MQTT over WebSocket, for --host; with a URL: ws:// or wss://')
                    , @('--ws-header', 'add a header to the request that opens the WebSocket (may be repeated)')
                    , @('--proxy', 'connect through a SOCKS5 or HTTP proxy: socks5h://host:port, http://host:port')
                    , @('-A', 'connect from this address of this machine')
                    , @('--bind-address', 'connect from this address of this machine')
                    , @('--nodelay', 'send small packets at once, as mqtk always does')
                    , @('--no-tls', 'no TLS, even on port 8883')
                    , @('--will-topic', 'where the broker publishes the will if the connection breaks')
                    , @('--will-payload', 'the will''s payload')
                    , @('--will-qos', 'the will''s quality of service')
                    , @('--will-retain', 'the will is retained')
                    , @('--profile', 'take what is not given otherwise from this profile (see mqtk profile)')
                    , @('-o', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--options-file', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--mosquitto-config', 'the same with the configuration file of mosquitto''s client: ~/.config/mosquitto_pub, …')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-d', 'show every packet that is sent and received, on stderr')
                    , @('--debug', 'show every packet that is sent and received, on stderr')
                    , @('--help', 'print help')
                }
            }
        }
        'record' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '-q', '--qos' } {
                    , @('0', 'highest quality of service to receive')
                    , @('1', 'highest quality of service to receive')
                    , @('2', 'highest quality of service to receive')
                    break
                }
                { $_ -cin '-D', '--property' } {
                    , @('connect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('publish', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('will', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('subscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('unsubscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('disconnect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    break
                }
                { $_ -cin '-V', '--mqtt-version' } {
                    , @('auto', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('5', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    break
                }
                { $_ -cin '--tls-version' } {
                    , @('1.2', 'only this version: 1.2 or 1.3')
                    , @('1.3', 'only this version: 1.2 or 1.3')
                    break
                }
                { $_ -cin '--will-qos' } {
                    , @('0', 'the will''s quality of service')
                    , @('1', 'the will''s quality of service')
                    , @('2', 'the will''s quality of service')
                    break
                }
                { $_ -cin '--profile' } {
                    Get-MqtkProfiles
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '-t', '--topic', '-T', '--filter-out', '--output', '--rotate-size', '--rotate-every', '--keep', '-C', '--count', '--duration', '-h', '--host', '-p', '--port', '-L', '--url', '--unix', '-i', '--id', '-I', '--id-prefix', '-u', '--username', '-P', '--password', '-k', '--keepalive', '-x', '--session-expiry-interval', '--connect-timeout', '--wait-for-broker', '-M', '--max-inflight', '--password-file', '--password-fd', '--password-command', '--cafile', '--capath', '--cert', '--key', '--pkcs12', '--key-password', '--key-password-file', '--crl', '--tls-server-name', '--tls-alpn', '--ciphers', '--psk', '--psk-identity', '--tls-keylog', '--ws-header', '--proxy', '-A', '--bind-address', '--will-topic', '--will-payload', '-o', '--options-file' } {
                    break
                }
                default {
                    , @('-t', 'what to record (may be repeated)')
                    , @('--topic', 'what to record (may be repeated)')
                    , @('-q', 'highest quality of service to receive')
                    , @('--qos', 'highest quality of service to receive')
                    , @('-T', 'what to leave out (may be repeated)')
                    , @('--filter-out', 'what to leave out (may be repeated)')
                    , @('-R', 'not what the broker had before the recording')
                    , @('--no-retained', 'not what the broker had before the recording')
                    , @('--output', 'write to this file')
                    , @('--append', 'add to a file that is there')
                    , @('--rotate-size', 'put the file aside before it has more than this, such as 100M, and begin a new one')
                    , @('--rotate-every', 'put it aside in this time, such as 1h')
                    , @('--keep', 'keep so many files that were put aside, and remove older ones')
                    , @('-C', 'end after this many messages')
                    , @('--count', 'end after this many messages')
                    , @('--duration', 'end after this time')
                    , @('-D', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('--property', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('-h', 'the broker''s name or IP address')
                    , @('--host', 'the broker''s name or IP address')
                    , @('-p', 'the broker''s port')
                    , @('--port', 'the broker''s port')
                    , @('-L', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('--url', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('-S', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--srv', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--unix', 'the broker''s Unix socket')
                    , @('-i', 'the client id')
                    , @('--id', 'the client id')
                    , @('-I', 'make up a client id that starts like this')
                    , @('--id-prefix', 'make up a client id that starts like this')
                    , @('-u', 'the user name')
                    , @('--username', 'the user name')
                    , @('-P', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('--password', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('-k', 'longest silence before a ping; 0: never')
                    , @('--keepalive', 'longest silence before a ping; 0: never')
                    , @('-V', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('--mqtt-version', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('-c', 'go on with the session of this --id, and keep it when leaving')
                    , @('--disable-clean-session', 'go on with the session of this --id, and keep it when leaving')
                    , @('-x', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--session-expiry-interval', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--connect-timeout', 'longest time to get connected')
                    , @('--wait-for-broker', 'where the broker cannot be reached, try again for so long')
                    , @('-M', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--max-inflight', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--password-file', 'read the password from the first line of this file')
                    , @('--password-fd', 'read the password from the first line of this open file: --password-fd 3 3<secret')
                    , @('--password-command', 'run this command (words separated by spaces, no shell) and take the first line that it prints')
                    , @('--ask-password', 'ask for the password at the terminal')
                    , @('--cafile', 'trust the CAs in this PEM file, and no others')
                    , @('--capath', 'trust the CAs in the PEM files of this folder')
                    , @('--tls-use-os-certs', 'trust the CAs that the system trusts')
                    , @('--tls-dev', 'trust the brokers that this user runs with --tls-dev')
                    , @('--cert', 'our certificate (PEM), for brokers that want one')
                    , @('--key', 'its private key (PEM)')
                    , @('--pkcs12', 'our certificate and its key in one .p12 or .pfx file')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--crl', 'refuse the certificates in this list of revoked ones (PEM)')
                    , @('--tls-server-name', 'the name to ask for (SNI) and to expect in the certificate')
                    , @('--tls-alpn', 'the protocols to offer, such as mqtt (ALPN)')
                    , @('--tls-version', 'only this version: 1.2 or 1.3')
                    , @('--ciphers', 'the ciphers to offer, as openssl ciphers lists them')
                    , @('--psk', 'a pre-shared key instead of certificates (MQTK_PSK is safer)')
                    , @('--psk-identity', 'which pre-shared key it is')
                    , @('--insecure', 'accept any certificate: for trying things out alone')
                    , @('--tls-keylog', 'append the keys of connections to this file, with which Wireshark can read them')
                    , @('--ws', 'MQTT over WebSocket, for --host; with a URL: ws:// or wss://')
                    , @('--ws-header', 'add a header to the request that opens the WebSocket (may be repeated)')
                    , @('--proxy', 'connect through a SOCKS5 or HTTP proxy: socks5h://host:port, http://host:port')
                    , @('-A', 'connect from this address of this machine')
                    , @('--bind-address', 'connect from this address of this machine')
                    , @('--nodelay', 'send small packets at once, as mqtk always does')
                    , @('--no-tls', 'no TLS, even on port 8883')
                    , @('--will-topic', 'where the broker publishes the will if the connection breaks')
                    , @('--will-payload', 'the will''s payload')
                    , @('--will-qos', 'the will''s quality of service')
                    , @('--will-retain', 'the will is retained')
                    , @('--profile', 'take what is not given otherwise from this profile (see mqtk profile)')
                    , @('-o', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--options-file', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--mosquitto-config', 'the same with the configuration file of mosquitto''s client: ~/.config/mosquitto_pub, …')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-d', 'show every packet that is sent and received, on stderr')
                    , @('--debug', 'show every packet that is sent and received, on stderr')
                    , @('--help', 'print help')
                }
            }
        }
        'replay' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '--speed' } {
                    , @('max', 'so many times as fast, or max: without waiting')
                    break
                }
                { $_ -cin '-q', '--qos' } {
                    , @('0', 'with this quality of service')
                    , @('1', 'with this quality of service')
                    , @('2', 'with this quality of service')
                    break
                }
                { $_ -cin '-D', '--property' } {
                    , @('connect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('publish', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('will', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('subscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('unsubscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('disconnect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    break
                }
                { $_ -cin '-V', '--mqtt-version' } {
                    , @('auto', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('5', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    break
                }
                { $_ -cin '--tls-version' } {
                    , @('1.2', 'only this version: 1.2 or 1.3')
                    , @('1.3', 'only this version: 1.2 or 1.3')
                    break
                }
                { $_ -cin '--will-qos' } {
                    , @('0', 'the will''s quality of service')
                    , @('1', 'the will''s quality of service')
                    , @('2', 'the will''s quality of service')
                    break
                }
                { $_ -cin '--profile' } {
                    Get-MqtkProfiles
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '--topic-prefix', '-t', '--topic', '--max-gap', '-C', '--count', '-h', '--host', '-p', '--port', '-L', '--url', '--unix', '-i', '--id', '-I', '--id-prefix', '-u', '--username', '-P', '--password', '-k', '--keepalive', '-x', '--session-expiry-interval', '--connect-timeout', '--wait-for-broker', '-M', '--max-inflight', '--password-file', '--password-fd', '--password-command', '--cafile', '--capath', '--cert', '--key', '--pkcs12', '--key-password', '--key-password-file', '--crl', '--tls-server-name', '--tls-alpn', '--ciphers', '--psk', '--psk-identity', '--tls-keylog', '--ws-header', '--proxy', '-A', '--bind-address', '--will-topic', '--will-payload', '-o', '--options-file' } {
                    break
                }
                default {
                    , @('--speed', 'so many times as fast, or max: without waiting')
                    , @('--topic-prefix', 'put this before each topic: test/')
                    , @('-t', 'only messages whose topic in the file matches this (may be repeated)')
                    , @('--topic', 'only messages whose topic in the file matches this (may be repeated)')
                    , @('-q', 'with this quality of service')
                    , @('--qos', 'with this quality of service')
                    , @('--no-retain', 'the broker keeps none of the messages')
                    , @('--max-gap', 'wait at most so long for the next message')
                    , @('--loop', 'begin again at the end, until Ctrl-C')
                    , @('-C', 'end after this many messages')
                    , @('--count', 'end after this many messages')
                    , @('-D', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('--property', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('-h', 'the broker''s name or IP address')
                    , @('--host', 'the broker''s name or IP address')
                    , @('-p', 'the broker''s port')
                    , @('--port', 'the broker''s port')
                    , @('-L', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('--url', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('-S', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--srv', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--unix', 'the broker''s Unix socket')
                    , @('-i', 'the client id')
                    , @('--id', 'the client id')
                    , @('-I', 'make up a client id that starts like this')
                    , @('--id-prefix', 'make up a client id that starts like this')
                    , @('-u', 'the user name')
                    , @('--username', 'the user name')
                    , @('-P', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('--password', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('-k', 'longest silence before a ping; 0: never')
                    , @('--keepalive', 'longest silence before a ping; 0: never')
                    , @('-V', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('--mqtt-version', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('-c', 'go on with the session of this --id, and keep it when leaving')
                    , @('--disable-clean-session', 'go on with the session of this --id, and keep it when leaving')
                    , @('-x', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--session-expiry-interval', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--connect-timeout', 'longest time to get connected')
                    , @('--wait-for-broker', 'where the broker cannot be reached, try again for so long')
                    , @('-M', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--max-inflight', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--password-file', 'read the password from the first line of this file')
                    , @('--password-fd', 'read the password from the first line of this open file: --password-fd 3 3<secret')
                    , @('--password-command', 'run this command (words separated by spaces, no shell) and take the first line that it prints')
                    , @('--ask-password', 'ask for the password at the terminal')
                    , @('--cafile', 'trust the CAs in this PEM file, and no others')
                    , @('--capath', 'trust the CAs in the PEM files of this folder')
                    , @('--tls-use-os-certs', 'trust the CAs that the system trusts')
                    , @('--tls-dev', 'trust the brokers that this user runs with --tls-dev')
                    , @('--cert', 'our certificate (PEM), for brokers that want one')
                    , @('--key', 'its private key (PEM)')
                    , @('--pkcs12', 'our certificate and its key in one .p12 or .pfx file')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--crl', 'refuse the certificates in this list of revoked ones (PEM)')
                    , @('--tls-server-name', 'the name to ask for (SNI) and to expect in the certificate')
                    , @('--tls-alpn', 'the protocols to offer, such as mqtt (ALPN)')
                    , @('--tls-version', 'only this version: 1.2 or 1.3')
                    , @('--ciphers', 'the ciphers to offer, as openssl ciphers lists them')
                    , @('--psk', 'a pre-shared key instead of certificates (MQTK_PSK is safer)')
                    , @('--psk-identity', 'which pre-shared key it is')
                    , @('--insecure', 'accept any certificate: for trying things out alone')
                    , @('--tls-keylog', 'append the keys of connections to this file, with which Wireshark can read them')
                    , @('--ws', 'MQTT over WebSocket, for --host; with a URL: ws:// or wss://')
                    , @('--ws-header', 'add a header to the request that opens the WebSocket (may be repeated)')
                    , @('--proxy', 'connect through a SOCKS5 or HTTP proxy: socks5h://host:port, http://host:port')
                    , @('-A', 'connect from this address of this machine')
                    , @('--bind-address', 'connect from this address of this machine')
                    , @('--nodelay', 'send small packets at once, as mqtk always does')
                    , @('--no-tls', 'no TLS, even on port 8883')
                    , @('--will-topic', 'where the broker publishes the will if the connection breaks')
                    , @('--will-payload', 'the will''s payload')
                    , @('--will-qos', 'the will''s quality of service')
                    , @('--will-retain', 'the will is retained')
                    , @('--profile', 'take what is not given otherwise from this profile (see mqtk profile)')
                    , @('-o', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--options-file', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--mosquitto-config', 'the same with the configuration file of mosquitto''s client: ~/.config/mosquitto_pub, …')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-d', 'show every packet that is sent and received, on stderr')
                    , @('--debug', 'show every packet that is sent and received, on stderr')
                    , @('--help', 'print help')
                }
            }
        }
        'retained' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '-D', '--property' } {
                    , @('connect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('publish', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('will', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('subscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('unsubscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('disconnect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    break
                }
                { $_ -cin '-V', '--mqtt-version' } {
                    , @('auto', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('5', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    break
                }
                { $_ -cin '--tls-version' } {
                    , @('1.2', 'only this version: 1.2 or 1.3')
                    , @('1.3', 'only this version: 1.2 or 1.3')
                    break
                }
                { $_ -cin '--will-qos' } {
                    , @('0', 'the will''s quality of service')
                    , @('1', 'the will''s quality of service')
                    , @('2', 'the will''s quality of service')
                    break
                }
                { $_ -cin '--profile' } {
                    Get-MqtkProfiles
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '-T', '--filter-out', '-h', '--host', '-p', '--port', '-L', '--url', '--unix', '-i', '--id', '-I', '--id-prefix', '-u', '--username', '-P', '--password', '-k', '--keepalive', '-x', '--session-expiry-interval', '--connect-timeout', '--wait-for-broker', '-M', '--max-inflight', '--password-file', '--password-fd', '--password-command', '--cafile', '--capath', '--cert', '--key', '--pkcs12', '--key-password', '--key-password-file', '--crl', '--tls-server-name', '--tls-alpn', '--ciphers', '--psk', '--psk-identity', '--tls-keylog', '--ws-header', '--proxy', '-A', '--bind-address', '--will-topic', '--will-payload', '-o', '--options-file' } {
                    break
                }
                default {
                    , @('list', 'list or clear')
                    , @('clear', 'list or clear')
                    , @('-T', 'leave these topics out (may be repeated)')
                    , @('--filter-out', 'leave these topics out (may be repeated)')
                    , @('--json', 'list: print each message as a line of JSON, as mqtk sub --json does')
                    , @('-y', 'clear: do not ask')
                    , @('--yes', 'clear: do not ask')
                    , @('--dry-run', 'clear: only print the topics')
                    , @('-D', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('--property', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('-h', 'the broker''s name or IP address')
                    , @('--host', 'the broker''s name or IP address')
                    , @('-p', 'the broker''s port')
                    , @('--port', 'the broker''s port')
                    , @('-L', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('--url', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('-S', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--srv', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--unix', 'the broker''s Unix socket')
                    , @('-i', 'the client id')
                    , @('--id', 'the client id')
                    , @('-I', 'make up a client id that starts like this')
                    , @('--id-prefix', 'make up a client id that starts like this')
                    , @('-u', 'the user name')
                    , @('--username', 'the user name')
                    , @('-P', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('--password', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('-k', 'longest silence before a ping; 0: never')
                    , @('--keepalive', 'longest silence before a ping; 0: never')
                    , @('-V', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('--mqtt-version', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('-c', 'go on with the session of this --id, and keep it when leaving')
                    , @('--disable-clean-session', 'go on with the session of this --id, and keep it when leaving')
                    , @('-x', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--session-expiry-interval', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--connect-timeout', 'longest time to get connected')
                    , @('--wait-for-broker', 'where the broker cannot be reached, try again for so long')
                    , @('-M', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--max-inflight', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--password-file', 'read the password from the first line of this file')
                    , @('--password-fd', 'read the password from the first line of this open file: --password-fd 3 3<secret')
                    , @('--password-command', 'run this command (words separated by spaces, no shell) and take the first line that it prints')
                    , @('--ask-password', 'ask for the password at the terminal')
                    , @('--cafile', 'trust the CAs in this PEM file, and no others')
                    , @('--capath', 'trust the CAs in the PEM files of this folder')
                    , @('--tls-use-os-certs', 'trust the CAs that the system trusts')
                    , @('--tls-dev', 'trust the brokers that this user runs with --tls-dev')
                    , @('--cert', 'our certificate (PEM), for brokers that want one')
                    , @('--key', 'its private key (PEM)')
                    , @('--pkcs12', 'our certificate and its key in one .p12 or .pfx file')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--crl', 'refuse the certificates in this list of revoked ones (PEM)')
                    , @('--tls-server-name', 'the name to ask for (SNI) and to expect in the certificate')
                    , @('--tls-alpn', 'the protocols to offer, such as mqtt (ALPN)')
                    , @('--tls-version', 'only this version: 1.2 or 1.3')
                    , @('--ciphers', 'the ciphers to offer, as openssl ciphers lists them')
                    , @('--psk', 'a pre-shared key instead of certificates (MQTK_PSK is safer)')
                    , @('--psk-identity', 'which pre-shared key it is')
                    , @('--insecure', 'accept any certificate: for trying things out alone')
                    , @('--tls-keylog', 'append the keys of connections to this file, with which Wireshark can read them')
                    , @('--ws', 'MQTT over WebSocket, for --host; with a URL: ws:// or wss://')
                    , @('--ws-header', 'add a header to the request that opens the WebSocket (may be repeated)')
                    , @('--proxy', 'connect through a SOCKS5 or HTTP proxy: socks5h://host:port, http://host:port')
                    , @('-A', 'connect from this address of this machine')
                    , @('--bind-address', 'connect from this address of this machine')
                    , @('--nodelay', 'send small packets at once, as mqtk always does')
                    , @('--no-tls', 'no TLS, even on port 8883')
                    , @('--will-topic', 'where the broker publishes the will if the connection breaks')
                    , @('--will-payload', 'the will''s payload')
                    , @('--will-qos', 'the will''s quality of service')
                    , @('--will-retain', 'the will is retained')
                    , @('--profile', 'take what is not given otherwise from this profile (see mqtk profile)')
                    , @('-o', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--options-file', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--mosquitto-config', 'the same with the configuration file of mosquitto''s client: ~/.config/mosquitto_pub, …')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-d', 'show every packet that is sent and received, on stderr')
                    , @('--debug', 'show every packet that is sent and received, on stderr')
                    , @('--help', 'print help')
                }
            }
        }
        'simulate' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '-q', '--qos' } {
                    , @('0', 'quality of service')
                    , @('1', 'quality of service')
                    , @('2', 'quality of service')
                    break
                }
                { $_ -cin '-D', '--property' } {
                    , @('connect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('publish', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('will', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('subscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('unsubscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('disconnect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    break
                }
                { $_ -cin '-V', '--mqtt-version' } {
                    , @('auto', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('5', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    break
                }
                { $_ -cin '--tls-version' } {
                    , @('1.2', 'only this version: 1.2 or 1.3')
                    , @('1.3', 'only this version: 1.2 or 1.3')
                    break
                }
                { $_ -cin '--will-qos' } {
                    , @('0', 'the will''s quality of service')
                    , @('1', 'the will''s quality of service')
                    , @('2', 'the will''s quality of service')
                    break
                }
                { $_ -cin '--profile' } {
                    Get-MqtkProfiles
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '-n', '--devices', '--rate', '--topic-prefix', '--seed', '-C', '--count', '--duration', '-h', '--host', '-p', '--port', '-L', '--url', '--unix', '-i', '--id', '-I', '--id-prefix', '-u', '--username', '-P', '--password', '-k', '--keepalive', '-x', '--session-expiry-interval', '--connect-timeout', '--wait-for-broker', '-M', '--max-inflight', '--password-file', '--password-fd', '--password-command', '--cafile', '--capath', '--cert', '--key', '--pkcs12', '--key-password', '--key-password-file', '--crl', '--tls-server-name', '--tls-alpn', '--ciphers', '--psk', '--psk-identity', '--tls-keylog', '--ws-header', '--proxy', '-A', '--bind-address', '--will-topic', '--will-payload', '-o', '--options-file' } {
                    break
                }
                default {
                    , @('sensors', 'sensors, vehicles, meters, or a file')
                    , @('vehicles', 'sensors, vehicles, meters, or a file')
                    , @('meters', 'sensors, vehicles, meters, or a file')
                    , @('-n', 'how many devices')
                    , @('--devices', 'how many devices')
                    , @('--rate', 'messages of all devices together: 100/s')
                    , @('--topic-prefix', 'put this before each topic: test/')
                    , @('-q', 'quality of service')
                    , @('--qos', 'quality of service')
                    , @('--seed', 'make random things the same in each run')
                    , @('-C', 'end after this many messages')
                    , @('--count', 'end after this many messages')
                    , @('--duration', 'end after this time')
                    , @('--print-preset', 'print the preset, to make a file of one''s own of it')
                    , @('-D', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('--property', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('-h', 'the broker''s name or IP address')
                    , @('--host', 'the broker''s name or IP address')
                    , @('-p', 'the broker''s port')
                    , @('--port', 'the broker''s port')
                    , @('-L', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('--url', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('-S', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--srv', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--unix', 'the broker''s Unix socket')
                    , @('-i', 'the client id')
                    , @('--id', 'the client id')
                    , @('-I', 'make up a client id that starts like this')
                    , @('--id-prefix', 'make up a client id that starts like this')
                    , @('-u', 'the user name')
                    , @('--username', 'the user name')
                    , @('-P', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('--password', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('-k', 'longest silence before a ping; 0: never')
                    , @('--keepalive', 'longest silence before a ping; 0: never')
                    , @('-V', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('--mqtt-version', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('-c', 'go on with the session of this --id, and keep it when leaving')
                    , @('--disable-clean-session', 'go on with the session of this --id, and keep it when leaving')
                    , @('-x', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--session-expiry-interval', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--connect-timeout', 'longest time to get connected')
                    , @('--wait-for-broker', 'where the broker cannot be reached, try again for so long')
                    , @('-M', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--max-inflight', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--password-file', 'read the password from the first line of this file')
                    , @('--password-fd', 'read the password from the first line of this open file: --password-fd 3 3<secret')
                    , @('--password-command', 'run this command (words separated by spaces, no shell) and take the first line that it prints')
                    , @('--ask-password', 'ask for the password at the terminal')
                    , @('--cafile', 'trust the CAs in this PEM file, and no others')
                    , @('--capath', 'trust the CAs in the PEM files of this folder')
                    , @('--tls-use-os-certs', 'trust the CAs that the system trusts')
                    , @('--tls-dev', 'trust the brokers that this user runs with --tls-dev')
                    , @('--cert', 'our certificate (PEM), for brokers that want one')
                    , @('--key', 'its private key (PEM)')
                    , @('--pkcs12', 'our certificate and its key in one .p12 or .pfx file')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--crl', 'refuse the certificates in this list of revoked ones (PEM)')
                    , @('--tls-server-name', 'the name to ask for (SNI) and to expect in the certificate')
                    , @('--tls-alpn', 'the protocols to offer, such as mqtt (ALPN)')
                    , @('--tls-version', 'only this version: 1.2 or 1.3')
                    , @('--ciphers', 'the ciphers to offer, as openssl ciphers lists them')
                    , @('--psk', 'a pre-shared key instead of certificates (MQTK_PSK is safer)')
                    , @('--psk-identity', 'which pre-shared key it is')
                    , @('--insecure', 'accept any certificate: for trying things out alone')
                    , @('--tls-keylog', 'append the keys of connections to this file, with which Wireshark can read them')
                    , @('--ws', 'MQTT over WebSocket, for --host; with a URL: ws:// or wss://')
                    , @('--ws-header', 'add a header to the request that opens the WebSocket (may be repeated)')
                    , @('--proxy', 'connect through a SOCKS5 or HTTP proxy: socks5h://host:port, http://host:port')
                    , @('-A', 'connect from this address of this machine')
                    , @('--bind-address', 'connect from this address of this machine')
                    , @('--nodelay', 'send small packets at once, as mqtk always does')
                    , @('--no-tls', 'no TLS, even on port 8883')
                    , @('--will-topic', 'where the broker publishes the will if the connection breaks')
                    , @('--will-payload', 'the will''s payload')
                    , @('--will-qos', 'the will''s quality of service')
                    , @('--will-retain', 'the will is retained')
                    , @('--profile', 'take what is not given otherwise from this profile (see mqtk profile)')
                    , @('-o', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--options-file', 'read options from this file, one a line, as if they stood first on the command line')
                    , @('--mosquitto-config', 'the same with the configuration file of mosquitto''s client: ~/.config/mosquitto_pub, …')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-d', 'show every packet that is sent and received, on stderr')
                    , @('--debug', 'show every packet that is sent and received, on stderr')
                    , @('--help', 'print help')
                }
            }
        }
        'broker' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '--client-cert' } {
                    , @('required', 'with --client-ca: certificates are required, or optional')
                    , @('optional', 'with --client-ca: certificates are required, or optional')
                    break
                }
                { $_ -cin '--tls-version' } {
                    , @('1.2', 'the oldest version of TLS that is taken: 1.2 or 1.3')
                    , @('1.3', 'the oldest version of TLS that is taken: 1.2 or 1.3')
                    break
                }
                { $_ -cin '--max-qos' } {
                    , @('0', 'the highest QoS of clients'' messages and subscriptions')
                    , @('1', 'the highest QoS of clients'' messages and subscriptions')
                    , @('2', 'the highest QoS of clients'' messages and subscriptions')
                    break
                }
                { $_ -cin '--queue-policy' } {
                    , @('drop-new', 'when that is reached: drop the new message, drop the oldest, disconnect the client, or reject-publish: drop the new message for this client and tell its 5.0 publisher (0x97), whoever else got it')
                    , @('drop-old', 'when that is reached: drop the new message, drop the oldest, disconnect the client, or reject-publish: drop the new message for this client and tell its 5.0 publisher (0x97), whoever else got it')
                    , @('disconnect', 'when that is reached: drop the new message, drop the oldest, disconnect the client, or reject-publish: drop the new message for this client and tell its 5.0 publisher (0x97), whoever else got it')
                    , @('reject-publish', 'when that is reached: drop the new message, drop the oldest, disconnect the client, or reject-publish: drop the new message for this client and tell its 5.0 publisher (0x97), whoever else got it')
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '-p', '--port', '--bind', '--unix', '--unix-mode', '--listen', '--cert', '--key', '--pkcs12', '--key-password', '--key-password-file', '--client-ca', '--crl', '--psk-file', '--ciphers', '--user', '--password-file', '--ws-origin', '--trusted-proxy', '--max-connections', '--handshake-timeout', '--connect-timeout', '--max-connect-size', '--max-failed-connects', '--max-reconnects', '--ban-time', '--max-client-id', '--max-keepalive', '--max-packet-size', '--max-topic-levels', '--max-user-properties', '--max-user-property-bytes', '--max-topic-alias', '--max-topic-alias-broker', '--receive-maximum', '--max-inflight-messages', '--max-queued-messages', '--max-queued-bytes', '--slow-after', '--soft-backlog', '--hard-backlog', '--memory-limit', '--max-subscriptions', '--max-subscription-bytes', '--subscription-memory-limit', '--max-retained', '--max-retained-bytes', '--max-sessions', '--max-session-expiry', '--busy-after', '--overloaded-after', '--ready-json' } {
                    break
                }
                default {
                    , @('-p', 'the port; 0 takes a free one')
                    , @('--port', 'the port; 0 takes a free one')
                    , @('--bind', 'the address to listen on; 0.0.0.0 or :: for all of this machine')
                    , @('--unix', 'listen on this Unix socket; with --port beside it on both')
                    , @('--unix-mode', 'permissions of the Unix socket, such as 660')
                    , @('--listen', 'listen there (may be repeated): mqtt[s]://host[:port], ws[s]://…[/path], unix:/path; what differs from the options below stands behind a ?, such as mqtts://0.0.0.0?client-ca=ca.pem')
                    , @('--cert', 'the broker''s certificate, with those between it and its CA (PEM); --port is with TLS then')
                    , @('--key', 'its private key (PEM)')
                    , @('--pkcs12', 'certificate and key in one .p12 or .pfx file')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer)')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--tls-dev', 'make a certificate for this machine, and a CA of one''s own for it; clients need --tls-dev, too')
                    , @('--client-ca', 'let clients in whose certificate is from the CAs in this file (PEM)')
                    , @('--client-cert', 'with --client-ca: certificates are required, or optional')
                    , @('--crl', 'refuse the client certificates in this list (PEM)')
                    , @('--psk-file', 'pre-shared keys of clients, a line IDENTITY:HEX for each; --port is with TLS then')
                    , @('--tls-version', 'the oldest version of TLS that is taken: 1.2 or 1.3')
                    , @('--ciphers', 'the ciphers to take, as openssl ciphers lists them')
                    , @('--user', 'let NAME:PASSWORD in (may be repeated; MQTK_USER, one a line, is safer); nobody comes in without then')
                    , @('--password-file', 'let the users of this file in, a line NAME:PASSWORD or NAME:HASH for each, as mosquitto_passwd writes it')
                    , @('--allow-anonymous', 'let clients in without user name, also from other machines')
                    , @('--ws-origin', 'let web pages from here connect: https://example.org, or * for any (may be repeated)')
                    , @('--trusted-proxy', 'connections from this address or network begin with a PROXY header (may be repeated)')
                    , @('--max-connections', 'connections at once, as far as the system allows')
                    , @('--handshake-timeout', 'what comes before MQTT: TLS, the HTTP of a WebSocket, the header of a proxy')
                    , @('--connect-timeout', 'from a connection to its CONNECT')
                    , @('--max-connect-size', 'a packet of a client that was not let in yet')
                    , @('--max-failed-connects', 'refused passwords a minute from one address, before it is refused unseen')
                    , @('--max-reconnects', 'connections under one client id within a minute, before more are refused (0x8A; before 5.0, return code 5)')
                    , @('--ban-time', 'for which they are then refused')
                    , @('--max-client-id', 'a client id')
                    , @('--max-keepalive', 'keep alive interval; clients that want a longer one, or none, get this')
                    , @('--max-packet-size', 'a packet from a client')
                    , @('--max-qos', 'the highest QoS of clients'' messages and subscriptions')
                    , @('--max-topic-levels', 'levels of a topic or filter')
                    , @('--max-user-properties', 'user properties of a packet')
                    , @('--max-user-property-bytes', 'and their bytes')
                    , @('--max-topic-alias', 'topic aliases that a client may set')
                    , @('--max-topic-alias-broker', 'topic aliases that the broker sets for a client')
                    , @('--receive-maximum', 'unfinished QoS 1 and 2 messages from a client')
                    , @('--max-inflight-messages', 'unacknowledged messages to a client, if it takes as many')
                    , @('--max-queued-messages', 'messages that wait for a client')
                    , @('--max-queued-bytes', 'and their bytes')
                    , @('--queue-policy', 'when that is reached: drop the new message, drop the oldest, disconnect the client, or reject-publish: drop the new message for this client and tell its 5.0 publisher (0x97), whoever else got it')
                    , @('--slow-after', 'without progress, before publishers no longer wait for a subscriber and QoS 0 is dropped for it')
                    , @('--soft-backlog', 'waiting for a connection, above which publishers wait for it')
                    , @('--hard-backlog', 'waiting for a connection, above which it is closed')
                    , @('--memory-limit', 'waiting for all clients together')
                    , @('--max-subscriptions', 'subscriptions of a client')
                    , @('--max-subscription-bytes', 'that the subscriptions of a client may take')
                    , @('--subscription-memory-limit', 'and those of all clients together')
                    , @('--max-retained', 'retained messages')
                    , @('--max-retained-bytes', 'and their bytes')
                    , @('--max-sessions', 'sessions, also of clients that are away')
                    , @('--max-session-expiry', 'that a session waits for its client')
                    , @('--busy-after', 'that the broker is late with its work, before new clients are refused')
                    , @('--overloaded-after', 'that it is late, before the heaviest publishers have to wait')
                    , @('--strict-utf8', 'refuse control characters and non-characters in strings')
                    , @('--ready-json', 'once it listens, write address and process id there as JSON; - is stdout')
                    , @('--exec', 'run this command with MQTK_URL set, then stop and exit with its code (all that follows belongs to it)')
                    , @('-v', 'log every message too, and figures at the end')
                    , @('--verbose', 'log every message too, and figures at the end')
                    , @('--print-config', 'print all settings, where each comes from, and do nothing else')
                    , @('--json', 'with --print-config: as JSON')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-h', 'print help')
                    , @('--help', 'print help')
                }
            }
        }
        'bench' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '-V', '--mqtt-version' } {
                    , @('5', 'MQTT versions to measure')
                    , @('3.1.1', 'MQTT versions to measure')
                    , @('3.1', 'MQTT versions to measure')
                    , @('5,3.1.1', 'MQTT versions to measure')
                    break
                }
                { $_ -cin '--scenario' } {
                    , @('pair', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('fan-in', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('fan-out', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('shared', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('wildcard', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('rr', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('publish', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('subscribe', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('conn', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('churn', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('reconnect-storm', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('will-storm', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('retained', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('backlog', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('all', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    break
                }
                { $_ -cin '-q', '--qos' } {
                    , @('0', 'qualities of service to measure')
                    , @('1', 'qualities of service to measure')
                    , @('2', 'qualities of service to measure')
                    , @('0,1,2', 'qualities of service to measure')
                    break
                }
                { $_ -cin '--workers' } {
                    , @('auto', 'threads that make the load, each with some of the clients; auto: one less than there are cores')
                    break
                }
                { $_ -cin '--tls-version' } {
                    , @('1.2', 'only this version: 1.2 or 1.3')
                    , @('1.3', 'only this version: 1.2 or 1.3')
                    break
                }
                { $_ -cin '--profile' } {
                    Get-MqtkProfiles
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '--target', '--base-ref', '--build', '--start', '--rounds', '--budget', '--sample-pid', '--target-cpus', '-f', '--scenario-file', '--size', '--pairs', '--publishers', '--subscribers', '--clients', '--count', '--duration', '--warmup', '--rate', '--ramp', '--slo', '--window', '--cpus', '-M', '--max-inflight', '-i', '--id', '-t', '--topic', '-m', '--payload', '--credentials', '--client-cert', '--client-key', '-h', '--host', '-p', '--port', '-L', '--url', '--unix', '-u', '--username', '-P', '--password', '-k', '--keepalive', '--connect-timeout', '--password-file', '--password-fd', '--password-command', '--cafile', '--capath', '--cert', '--key', '--pkcs12', '--key-password', '--key-password-file', '--crl', '--tls-server-name', '--tls-alpn', '--ciphers', '--psk', '--psk-identity', '--tls-keylog', '--ws-header', '--proxy', '-A', '--bind-address', '--threshold', '--baseline', '--margin', '--gate', '--noise', '--report' } {
                    break
                }
                default {
                    , @('compare', 'the broker: mqtt://[user[:password]@]host[:port], mqtts://, ws://, wss:// or unix:')
                    , @('report', 'the broker: mqtt://[user[:password]@]host[:port], mqtts://, ws://, wss:// or unix:')
                    , @('init', 'the broker: mqtt://[user[:password]@]host[:port], mqtts://, ws://, wss:// or unix:')
                    , @('--target', 'NAME=URL, NAME=builtin or NAME=''cmd:mosquitto -p {port}''; repeated, they take turns: AB BA AB …')
                    , @('--base-ref', 'compare the broker in this git repository with itself at a branch, tag or commit: targets base and head')
                    , @('--build', 'what builds the broker of --base-ref, run by a shell in both checkouts')
                    , @('--start', 'what starts the broker of --base-ref, in the foreground: ''./broker -p {port}''')
                    , @('--rounds', 'how often each broker is measured, with new connections each time')
                    , @('--budget', 'how long the run may take about: as many rounds as fit into it, --rounds at most')
                    , @('--sample-pid', 'account CPU and memory of this process as the broker''s (Linux); with several brokers TARGET=PID')
                    , @('--target-cpus', 'cores for the brokers that mqtk starts (Linux)')
                    , @('-V', 'MQTT versions to measure')
                    , @('--mqtt-version', 'MQTT versions to measure')
                    , @('-f', 'YAML or JSON for what options cannot say: groups of clients, stages, think times; it may hold options too (mqtk bench init scenario writes an example)')
                    , @('--scenario-file', 'YAML or JSON for what options cannot say: groups of clients, stages, think times; it may hold options too (mqtk bench init scenario writes an example)')
                    , @('--scenario', 'what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all')
                    , @('-q', 'qualities of service to measure')
                    , @('--qos', 'qualities of service to measure')
                    , @('--size', 'payload sizes to measure, each with every QoS: 64,1k')
                    , @('--pairs', 'publishers and as many subscribers (pair, rr, wildcard)')
                    , @('--publishers', 'publishers')
                    , @('--subscribers', 'subscribers')
                    , @('--clients', 'connections of conn, churn, subscribe and the storms')
                    , @('--count', 'so many messages in all, instead of a time; also how many retained and backlog have')
                    , @('--duration', 'how long each measurement takes')
                    , @('--warmup', 'load before each measurement that is not measured')
                    , @('--rate', 'only latency, at this many messages per second in all: 20k')
                    , @('--ramp', 'only latency, at rates that change: 0→20k:10s,20k:1m (or 0-20k:10s)')
                    , @('--poisson', 'messages come as from independent users, at random, and not at equal distances')
                    , @('--find-max', 'look for the highest rate at which --slo holds: steps, bisects, and confirms it three times')
                    , @('--slo', 'what must hold with --find-max: p50, p90, p99, p99.9, max below a time, loss')
                    , @('--max', 'only capacity, with no latency')
                    , @('--window', 'messages that each pair has under way while capacity is measured')
                    , @('--workers', 'threads that make the load, each with some of the clients; auto: one less than there are cores')
                    , @('--cpus', 'cores for the load itself, such as 1 or 2-5 (Linux), so that it takes none from the broker')
                    , @('-M', 'unacknowledged messages of each publisher, at most')
                    , @('--max-inflight', 'unacknowledged messages of each publisher, at most')
                    , @('-i', 'client ids; {{i}} is the client''s number: publishers first, then subscribers')
                    , @('--id', 'client ids; {{i}} is the client''s number: publishers first, then subscribers')
                    , @('-t', 'topics, one for each publisher: plant/{{i}}')
                    , @('--topic', 'topics, one for each publisher: plant/{{i}}')
                    , @('-m', 'payloads, made anew for each message: {"seq":{{seq}},"t":{{now}}}; 24 bytes behind it prove what it is')
                    , @('--payload', 'payloads, made anew for each message: {"seq":{{seq}},"t":{{now}}}; 24 bytes behind it prove what it is')
                    , @('--credentials', 'user names and passwords as CSV, a line for each client; after the last the first again')
                    , @('--client-cert', 'a certificate for each client: certs/{{i}}.pem')
                    , @('--client-key', 'the private keys of --client-cert')
                    , @('-h', 'the broker''s name or IP address')
                    , @('--host', 'the broker''s name or IP address')
                    , @('-p', 'the broker''s port')
                    , @('--port', 'the broker''s port')
                    , @('-L', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('--url', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('--unix', 'the broker''s Unix socket')
                    , @('-u', 'the user name')
                    , @('--username', 'the user name')
                    , @('-P', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('--password', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('-k', 'longest silence before a ping; 0: never')
                    , @('--keepalive', 'longest silence before a ping; 0: never')
                    , @('--connect-timeout', 'longest time to get connected')
                    , @('--password-file', 'read the password from the first line of this file')
                    , @('--password-fd', 'read the password from the first line of this open file: --password-fd 3 3<secret')
                    , @('--password-command', 'run this command (words separated by spaces, no shell) and take the first line that it prints')
                    , @('--ask-password', 'ask for the password at the terminal')
                    , @('--cafile', 'trust the CAs in this PEM file, and no others')
                    , @('--capath', 'trust the CAs in the PEM files of this folder')
                    , @('--tls-use-os-certs', 'trust the CAs that the system trusts')
                    , @('--tls-dev', 'trust the brokers that this user runs with --tls-dev')
                    , @('--cert', 'our certificate (PEM), for brokers that want one')
                    , @('--key', 'its private key (PEM)')
                    , @('--pkcs12', 'our certificate and its key in one .p12 or .pfx file')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--crl', 'refuse the certificates in this list of revoked ones (PEM)')
                    , @('--tls-server-name', 'the name to ask for (SNI) and to expect in the certificate')
                    , @('--tls-alpn', 'the protocols to offer, such as mqtt (ALPN)')
                    , @('--tls-version', 'only this version: 1.2 or 1.3')
                    , @('--ciphers', 'the ciphers to offer, as openssl ciphers lists them')
                    , @('--psk', 'a pre-shared key instead of certificates (MQTK_PSK is safer)')
                    , @('--psk-identity', 'which pre-shared key it is')
                    , @('--insecure', 'accept any certificate: for trying things out alone')
                    , @('--tls-keylog', 'append the keys of connections to this file, with which Wireshark can read them')
                    , @('--ws', 'MQTT over WebSocket, for --host; with a URL: ws:// or wss://')
                    , @('--ws-header', 'add a header to the request that opens the WebSocket (may be repeated)')
                    , @('--proxy', 'connect through a SOCKS5 or HTTP proxy: socks5h://host:port, http://host:port')
                    , @('-A', 'connect from this address of this machine')
                    , @('--bind-address', 'connect from this address of this machine')
                    , @('--nodelay', 'send small packets at once, as mqtk always does')
                    , @('--no-tls', 'no TLS, even on port 8883')
                    , @('--threshold', 'fail with 99 unless this holds in every cell: ''latency.p99<50ms'', ''loss=0'', ''throughput{qos:1,target:mosq}>=10k/s'' (may be repeated); also serviceLatency, connect, cpu (per message), rss, duplicates …')
                    , @('--baseline', 'fail with 98 where this run is worse than a result file, or than this --target in the same run (which sees much smaller differences)')
                    , @('--margin', 'a change that nobody minds')
                    , @('--gate', 'the metrics that decide, with a comma between them')
                    , @('--noise', 'a result of --calibrate: a change below twice the noise in there is none')
                    , @('--strict', 'fail with 97 where a verdict is inconclusive')
                    , @('--exit-zero', 'only tell what fails (6, 97, 98, 99), and end with 0: for runs that advise and do not decide')
                    , @('--abort-on-fail', 'end the run at the first --threshold that is breached, or message that is not delivered as promised')
                    , @('--calibrate', 'measure one broker as if it were two: what differs is noise (write it with --report, for --noise)')
                    , @('--report', 'write a report, the result itself too: result.json, report.html, summary.md, figures.csv, figures.prom, junit.xml, times.hgrm, times.hlog (HdrHistogram), gha-smaller=FILE and gha-bigger=FILE for github-action-benchmark (may be repeated)')
                    , @('--json', 'print the whole result as JSON, with histograms')
                    , @('--dry-run', 'print what would be measured as JSON, and measure nothing')
                    , @('--profile', 'take what is not given otherwise from this profile (see mqtk profile)')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('--help', 'print help')
                }
            }
        }
        'bench compare' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '--baseline', '--threshold', '--margin', '--gate', '--noise', '--report' } {
                    break
                }
                default {
                    , @('--baseline', 'of one file: the target that the others are compared with')
                    , @('--json', 'print the comparison as JSON')
                    , @('--threshold', 'fail with 99 unless this holds in every cell: ''latency.p99<50ms'', ''loss=0'', ''throughput{qos:1,target:mosq}>=10k/s'' (may be repeated); also serviceLatency, connect, cpu (per message), rss, duplicates …')
                    , @('--margin', 'a change that nobody minds')
                    , @('--gate', 'the metrics that decide, with a comma between them')
                    , @('--noise', 'a result of --calibrate: a change below twice the noise in there is none')
                    , @('--strict', 'fail with 97 where a verdict is inconclusive')
                    , @('--exit-zero', 'only tell what fails (6, 97, 98, 99), and end with 0: for runs that advise and do not decide')
                    , @('--report', 'write a report, the result itself too: result.json, report.html, summary.md, figures.csv, figures.prom, junit.xml, times.hgrm, times.hlog (HdrHistogram), gha-smaller=FILE and gha-bigger=FILE for github-action-benchmark (may be repeated)')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-h', 'print help')
                    , @('--help', 'print help')
                }
            }
        }
        'bench report' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '--format' } {
                    , @('table', 'print the report like this')
                    , @('md', 'print the report like this')
                    , @('html', 'print the report like this')
                    , @('json', 'print the report like this')
                    , @('csv', 'print the report like this')
                    , @('junit', 'print the report like this')
                    , @('gha-smaller', 'print the report like this')
                    , @('gha-bigger', 'print the report like this')
                    , @('prom', 'print the report like this')
                    , @('hgrm', 'print the report like this')
                    , @('hlog', 'print the report like this')
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '--report', '--threshold', '--baseline', '--margin', '--gate', '--noise' } {
                    break
                }
                default {
                    , @('--format', 'print the report like this')
                    , @('--report', 'write a report, the result itself too: result.json, report.html, summary.md, figures.csv, figures.prom, junit.xml, times.hgrm, times.hlog (HdrHistogram), gha-smaller=FILE and gha-bigger=FILE for github-action-benchmark (may be repeated)')
                    , @('--threshold', 'fail with 99 unless this holds in every cell: ''latency.p99<50ms'', ''loss=0'', ''throughput{qos:1,target:mosq}>=10k/s'' (may be repeated); also serviceLatency, connect, cpu (per message), rss, duplicates …')
                    , @('--baseline', 'fail with 98 where this run is worse than a result file, or than this --target in the same run (which sees much smaller differences)')
                    , @('--margin', 'a change that nobody minds')
                    , @('--gate', 'the metrics that decide, with a comma between them')
                    , @('--noise', 'a result of --calibrate: a change below twice the noise in there is none')
                    , @('--strict', 'fail with 97 where a verdict is inconclusive')
                    , @('--exit-zero', 'only tell what fails (6, 97, 98, 99), and end with 0: for runs that advise and do not decide')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-h', 'print help')
                    , @('--help', 'print help')
                }
            }
        }
        'bench init' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '--example' } {
                    , @('fleet', 'of a scenario: groups through a day, clients that think, or options alone')
                    , @('commands', 'of a scenario: groups through a day, clients that think, or options alone')
                    , @('capacity', 'of a scenario: groups through a day, clients that think, or options alone')
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '--out', '--build', '--start', '--threshold' } {
                    break
                }
                default {
                    , @('ci', 'ci: a workflow for GitHub Actions; scenario: groups of clients and stages; schema: for editors')
                    , @('scenario', 'ci: a workflow for GitHub Actions; scenario: groups of clients and stages; schema: for editors')
                    , @('schema', 'ci: a workflow for GitHub Actions; scenario: groups of clients and stages; schema: for editors')
                    , @('--out', 'where it goes; - is stdout')
                    , @('--example', 'of a scenario: groups through a day, clients that think, or options alone')
                    , @('--build', 'what builds the broker, in a checkout of it')
                    , @('--start', 'what starts it then, in the foreground and without a shell; {port} stands for the port')
                    , @('--threshold', 'also fail unless this holds (may be repeated), as in mqtk bench')
                    , @('--force', 'replace a file that exists')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-h', 'print help')
                    , @('--help', 'print help')
                }
            }
        }
        'cert' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '--out', '--file', '--ca', '--ca-key', '--san', '--days', '--cafile', '--capath', '--cert', '--key', '--key-password', '--key-password-file', '--tls-server-name', '--tls-alpn' } {
                    break
                }
                default {
                    , @('ca', 'ca, server, client or show')
                    , @('server', 'ca, server, client or show')
                    , @('client', 'ca, server, client or show')
                    , @('show', 'ca, server, client or show')
                    , @('--out', 'where the files go')
                    , @('--file', 'what the files are called, without .pem and .key')
                    , @('--ca', 'the CA''s certificate')
                    , @('--ca-key', 'the CA''s private key')
                    , @('--san', 'server: a further host name or IP address that it is for (may be repeated)')
                    , @('--days', 'how long it is valid')
                    , @('--force', 'replace files that exist')
                    , @('--cafile', 'trust the CAs in this PEM file, and no others')
                    , @('--capath', 'trust the CAs in the PEM files of this folder')
                    , @('--tls-use-os-certs', 'trust the CAs that the system trusts')
                    , @('--tls-dev', 'trust the brokers that this user runs with --tls-dev')
                    , @('--cert', 'our certificate (PEM), for brokers that want one')
                    , @('--key', 'its private key (PEM)')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--tls-server-name', 'the name to ask for (SNI) and to expect in the certificate')
                    , @('--tls-alpn', 'the protocols to offer, such as mqtt (ALPN)')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-h', 'print help')
                    , @('--help', 'print help')
                }
            }
        }
        'profile' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '-V', '--mqtt-version' } {
                    , @('auto', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('5', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('3.1', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    break
                }
                { $_ -cin '--tls-version' } {
                    , @('1.2', 'only this version: 1.2 or 1.3')
                    , @('1.3', 'only this version: 1.2 or 1.3')
                    break
                }
                { $_ -cin '-D', '--property' } {
                    , @('connect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('publish', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('will', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('subscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('unsubscribe', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('disconnect', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    break
                }
                { $_ -cin '--will-qos' } {
                    , @('0', 'the will''s quality of service')
                    , @('1', 'the will''s quality of service')
                    , @('2', 'the will''s quality of service')
                    break
                }
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                { $_ -cin '-h', '--host', '-p', '--port', '-L', '--url', '--unix', '-i', '--id', '-I', '--id-prefix', '-u', '--username', '-P', '--password', '-k', '--keepalive', '-x', '--session-expiry-interval', '--connect-timeout', '--wait-for-broker', '-M', '--max-inflight', '--password-file', '--password-fd', '--password-command', '--cafile', '--capath', '--cert', '--key', '--pkcs12', '--key-password', '--key-password-file', '--crl', '--tls-server-name', '--tls-alpn', '--ciphers', '--psk', '--psk-identity', '--tls-keylog', '--ws-header', '--proxy', '-A', '--bind-address', '--will-topic', '--will-payload' } {
                    break
                }
                default {
                    , @('add', 'add, list, show or remove')
                    , @('list', 'add, list, show or remove')
                    , @('show', 'add, list, show or remove')
                    , @('remove', 'add, list, show or remove')
                    Get-MqtkProfiles
                    , @('--force', 'add: replace a profile that exists')
                    , @('--store-password', 'add: keep the password itself, asked for now or from --password-file, -fd or -command')
                    , @('--json', 'list, show: print JSON')
                    , @('-h', 'the broker''s name or IP address')
                    , @('--host', 'the broker''s name or IP address')
                    , @('-p', 'the broker''s port')
                    , @('--port', 'the broker''s port')
                    , @('-L', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('--url', 'all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]')
                    , @('-S', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--srv', 'look up in DNS which machine and port serve MQTT for --host (SRV records)')
                    , @('--unix', 'the broker''s Unix socket')
                    , @('-i', 'the client id')
                    , @('--id', 'the client id')
                    , @('-I', 'make up a client id that starts like this')
                    , @('--id-prefix', 'make up a client id that starts like this')
                    , @('-u', 'the user name')
                    , @('--username', 'the user name')
                    , @('-P', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('--password', 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)')
                    , @('-k', 'longest silence before a ping; 0: never')
                    , @('--keepalive', 'longest silence before a ping; 0: never')
                    , @('-V', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('--mqtt-version', '5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it')
                    , @('-c', 'go on with the session of this --id, and keep it when leaving')
                    , @('--disable-clean-session', 'go on with the session of this --id, and keep it when leaving')
                    , @('-x', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--session-expiry-interval', 'how long the broker keeps the session after us, or never (MQTT 5)')
                    , @('--connect-timeout', 'longest time to get connected')
                    , @('--wait-for-broker', 'where the broker cannot be reached, try again for so long')
                    , @('-M', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--max-inflight', 'QoS 1 and 2 messages on their way at once, at most')
                    , @('--password-file', 'read the password from the first line of this file')
                    , @('--password-fd', 'read the password from the first line of this open file: --password-fd 3 3<secret')
                    , @('--password-command', 'run this command (words separated by spaces, no shell) and take the first line that it prints')
                    , @('--ask-password', 'ask for the password at the terminal')
                    , @('--cafile', 'trust the CAs in this PEM file, and no others')
                    , @('--capath', 'trust the CAs in the PEM files of this folder')
                    , @('--tls-use-os-certs', 'trust the CAs that the system trusts')
                    , @('--tls-dev', 'trust the brokers that this user runs with --tls-dev')
                    , @('--cert', 'our certificate (PEM), for brokers that want one')
                    , @('--key', 'its private key (PEM)')
                    , @('--pkcs12', 'our certificate and its key in one .p12 or .pfx file')
                    , @('--key-password', 'the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for')
                    , @('--key-password-file', 'read the passphrase of the key from the first line of this file')
                    , @('--crl', 'refuse the certificates in this list of revoked ones (PEM)')
                    , @('--tls-server-name', 'the name to ask for (SNI) and to expect in the certificate')
                    , @('--tls-alpn', 'the protocols to offer, such as mqtt (ALPN)')
                    , @('--tls-version', 'only this version: 1.2 or 1.3')
                    , @('--ciphers', 'the ciphers to offer, as openssl ciphers lists them')
                    , @('--psk', 'a pre-shared key instead of certificates (MQTK_PSK is safer)')
                    , @('--psk-identity', 'which pre-shared key it is')
                    , @('--insecure', 'accept any certificate: for trying things out alone')
                    , @('--tls-keylog', 'append the keys of connections to this file, with which Wireshark can read them')
                    , @('--ws', 'MQTT over WebSocket, for --host; with a URL: ws:// or wss://')
                    , @('--ws-header', 'add a header to the request that opens the WebSocket (may be repeated)')
                    , @('--proxy', 'connect through a SOCKS5 or HTTP proxy: socks5h://host:port, http://host:port')
                    , @('-A', 'connect from this address of this machine')
                    , @('--bind-address', 'connect from this address of this machine')
                    , @('--nodelay', 'send small packets at once, as mqtk always does')
                    , @('--no-tls', 'no TLS, even on port 8883')
                    , @('-D', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('--property', 'a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value')
                    , @('--will-topic', 'where the broker publishes the will if the connection breaks')
                    , @('--will-payload', 'the will''s payload')
                    , @('--will-qos', 'the will''s quality of service')
                    , @('--will-retain', 'the will is retained')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('--help', 'print help')
                }
            }
        }
        'completion' {
            switch -CaseSensitive -Exact ($previous) {
                { $_ -cin '--color' } {
                    , @('auto', 'colours: auto, always or never')
                    , @('always', 'colours: auto, always or never')
                    , @('never', 'colours: auto, always or never')
                    break
                }
                default {
                    , @('bash', 'bash, zsh, fish or powershell')
                    , @('zsh', 'bash, zsh, fish or powershell')
                    , @('fish', 'bash, zsh, fish or powershell')
                    , @('powershell', 'bash, zsh, fish or powershell')
                    , @('--quiet', 'nothing but results and errors')
                    , @('--color', 'colours: auto, always or never')
                    , @('-h', 'print help')
                    , @('--help', 'print help')
                }
            }
        }
    }) }

    $offers | Where-Object { $_[0].StartsWith($wordToComplete, [System.StringComparison]::Ordinal) } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
    }
}
