# Completions of mqtk for fish. Generated from the definitions of its options; do not edit.
#   mqtk completion fish | source

function __mqtk_command_is
    set -l words (commandline -opc)
    test (count $words) -gt 1; and contains -- $words[2] $argv; and not __mqtk_is_rest
end

function __mqtk_needs_command
    test (count (commandline -opc)) -eq 1
end

# What stands behind --exec is another command line.
function __mqtk_is_rest
    set -l words (commandline -opc)
    test "$words[2]" = broker; and contains -- --exec $words
end

function __mqtk_rest
    set -l words (commandline -opc)
    set -l at (contains -i -- --exec $words)
    complete -C (string join ' ' -- (string escape -- $words[(math $at + 1)..-1]) (commandline -ct))
end

complete -c mqtk -f
complete -c mqtk -n __mqtk_is_rest -a '(__mqtk_rest)'
complete -c mqtk -n __mqtk_needs_command -a help -d 'explain a command'
complete -c mqtk -n __mqtk_needs_command -l help -d 'print help'
complete -c mqtk -n __mqtk_needs_command -l version -d 'print the version'
complete -c mqtk -n '__mqtk_command_is help' -a 'pub sub broker bench completion help'

complete -c mqtk -n __mqtk_needs_command -a pub -d 'publish messages'
complete -c mqtk -n '__mqtk_command_is pub' -s t -l topic -x -d 'where to publish'
complete -c mqtk -n '__mqtk_command_is pub' -s m -l message -x -d 'publish this text'
complete -c mqtk -n '__mqtk_command_is pub' -s f -l file -r -F -d 'publish the contents of a file'
complete -c mqtk -n '__mqtk_command_is pub' -s s -l stdin-file -d 'publish everything from stdin as one message'
complete -c mqtk -n '__mqtk_command_is pub' -s l -l stdin-line -d 'publish each line from stdin as a message'
complete -c mqtk -n '__mqtk_command_is pub' -s n -l null-message -d 'publish an empty message'
complete -c mqtk -n '__mqtk_command_is pub' -s q -l qos -x -a '0 1 2' -d 'quality of service: 0, 1 or 2'
complete -c mqtk -n '__mqtk_command_is pub' -s r -l retain -d 'the broker keeps the message for later subscribers'
complete -c mqtk -n '__mqtk_command_is pub' -s h -l host -x -a '(__fish_print_hostnames)' -d 'the broker\'s name or IP address'
complete -c mqtk -n '__mqtk_command_is pub' -s p -l port -x -d 'the broker\'s port'
complete -c mqtk -n '__mqtk_command_is pub' -s L -l url -x -d 'all at once: mqtt://[user[:password]@]host[:port][/topic]'
complete -c mqtk -n '__mqtk_command_is pub' -l unix -r -F -d 'the broker\'s Unix socket'
complete -c mqtk -n '__mqtk_command_is pub' -s i -l id -x -d 'the client id'
complete -c mqtk -n '__mqtk_command_is pub' -s I -l id-prefix -x -d 'make up a client id that starts like this'
complete -c mqtk -n '__mqtk_command_is pub' -s u -l username -x -d 'the user name'
complete -c mqtk -n '__mqtk_command_is pub' -s P -l password -x -d 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)'
complete -c mqtk -n '__mqtk_command_is pub' -s k -l keepalive -x -d 'longest silence before a ping; 0: never'
complete -c mqtk -n '__mqtk_command_is pub' -s V -l mqtt-version -x -a '5 3.1.1 3.1' -d '5, 3.1.1 or 3.1'
complete -c mqtk -n '__mqtk_command_is pub' -s c -l disable-clean-session -d 'go on with the session of this --id, and keep it when leaving'
complete -c mqtk -n '__mqtk_command_is pub' -s x -l session-expiry-interval -x -d 'how long the broker keeps the session after us, or never (MQTT 5)'
complete -c mqtk -n '__mqtk_command_is pub' -l connect-timeout -x -d 'longest time to get connected'
complete -c mqtk -n '__mqtk_command_is pub' -l will-topic -x -d 'where the broker publishes the will if the connection breaks'
complete -c mqtk -n '__mqtk_command_is pub' -l will-payload -x -d 'the will\'s payload'
complete -c mqtk -n '__mqtk_command_is pub' -l will-qos -x -a '0 1 2' -d 'the will\'s quality of service'
complete -c mqtk -n '__mqtk_command_is pub' -l will-retain -d 'the will is retained'
complete -c mqtk -n '__mqtk_command_is pub' -l quiet -d 'nothing but results and errors'
complete -c mqtk -n '__mqtk_command_is pub' -l color -x -a 'auto always never' -d 'colours: auto, always or never'
complete -c mqtk -n '__mqtk_command_is pub' -l help -d 'print help'

complete -c mqtk -n __mqtk_needs_command -a sub -d 'subscribe and print messages'
complete -c mqtk -n '__mqtk_command_is sub' -s t -l topic -x -d 'a topic filter, such as plant/+/temperature (may be repeated)'
complete -c mqtk -n '__mqtk_command_is sub' -s q -l qos -x -a '0 1 2' -d 'highest quality of service to receive: 0, 1 or 2'
complete -c mqtk -n '__mqtk_command_is sub' -l retain-handling -x -a 'always new never' -d 'get retained messages always, only for new subscriptions, or never (MQTT 5)'
complete -c mqtk -n '__mqtk_command_is sub' -l retain-as-published -d 'keep the retain flag as the publisher set it (MQTT 5)'
complete -c mqtk -n '__mqtk_command_is sub' -l no-local -d 'no messages that we published ourselves (MQTT 5)'
complete -c mqtk -n '__mqtk_command_is sub' -s v -l verbose -d 'print the topic before each payload'
complete -c mqtk -n '__mqtk_command_is sub' -s N -l no-newline -d 'no line end after each payload'
complete -c mqtk -n '__mqtk_command_is sub' -s R -l no-retained -d 'do not print retained messages'
complete -c mqtk -n '__mqtk_command_is sub' -s C -l count -x -d 'end after this many messages'
complete -c mqtk -n '__mqtk_command_is sub' -s W -l timeout -x -d 'end with 27 after this time'
complete -c mqtk -n '__mqtk_command_is sub' -s h -l host -x -a '(__fish_print_hostnames)' -d 'the broker\'s name or IP address'
complete -c mqtk -n '__mqtk_command_is sub' -s p -l port -x -d 'the broker\'s port'
complete -c mqtk -n '__mqtk_command_is sub' -s L -l url -x -d 'all at once: mqtt://[user[:password]@]host[:port][/topic]'
complete -c mqtk -n '__mqtk_command_is sub' -l unix -r -F -d 'the broker\'s Unix socket'
complete -c mqtk -n '__mqtk_command_is sub' -s i -l id -x -d 'the client id'
complete -c mqtk -n '__mqtk_command_is sub' -s I -l id-prefix -x -d 'make up a client id that starts like this'
complete -c mqtk -n '__mqtk_command_is sub' -s u -l username -x -d 'the user name'
complete -c mqtk -n '__mqtk_command_is sub' -s P -l password -x -d 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)'
complete -c mqtk -n '__mqtk_command_is sub' -s k -l keepalive -x -d 'longest silence before a ping; 0: never'
complete -c mqtk -n '__mqtk_command_is sub' -s V -l mqtt-version -x -a '5 3.1.1 3.1' -d '5, 3.1.1 or 3.1'
complete -c mqtk -n '__mqtk_command_is sub' -s c -l disable-clean-session -d 'go on with the session of this --id, and keep it when leaving'
complete -c mqtk -n '__mqtk_command_is sub' -s x -l session-expiry-interval -x -d 'how long the broker keeps the session after us, or never (MQTT 5)'
complete -c mqtk -n '__mqtk_command_is sub' -l connect-timeout -x -d 'longest time to get connected'
complete -c mqtk -n '__mqtk_command_is sub' -l will-topic -x -d 'where the broker publishes the will if the connection breaks'
complete -c mqtk -n '__mqtk_command_is sub' -l will-payload -x -d 'the will\'s payload'
complete -c mqtk -n '__mqtk_command_is sub' -l will-qos -x -a '0 1 2' -d 'the will\'s quality of service'
complete -c mqtk -n '__mqtk_command_is sub' -l will-retain -d 'the will is retained'
complete -c mqtk -n '__mqtk_command_is sub' -l quiet -d 'nothing but results and errors'
complete -c mqtk -n '__mqtk_command_is sub' -l color -x -a 'auto always never' -d 'colours: auto, always or never'
complete -c mqtk -n '__mqtk_command_is sub' -l help -d 'print help'

complete -c mqtk -n __mqtk_needs_command -a broker -d 'run an MQTT broker'
complete -c mqtk -n '__mqtk_command_is broker' -s p -l port -x -d 'the port; 0 takes a free one'
complete -c mqtk -n '__mqtk_command_is broker' -l bind -x -a '(__fish_print_hostnames)' -d 'the address to listen on; 0.0.0.0 or :: for all of this machine'
complete -c mqtk -n '__mqtk_command_is broker' -l unix -r -F -d 'listen on this Unix socket instead'
complete -c mqtk -n '__mqtk_command_is broker' -l ready-json -r -F -d 'once it listens, write address and process id there as JSON; - is stdout'
complete -c mqtk -n '__mqtk_command_is broker' -l exec -d 'run this command with MQTK_URL set, then stop and exit with its code (all that follows belongs to it)'
complete -c mqtk -n '__mqtk_command_is broker' -s v -l verbose -d 'log every message too'
complete -c mqtk -n '__mqtk_command_is broker' -l quiet -d 'nothing but results and errors'
complete -c mqtk -n '__mqtk_command_is broker' -l color -x -a 'auto always never' -d 'colours: auto, always or never'
complete -c mqtk -n '__mqtk_command_is broker' -s h -l help -d 'print help'

complete -c mqtk -n __mqtk_needs_command -a bench -d 'measure a broker'
complete -c mqtk -n '__mqtk_command_is bench' -s q -l qos -x -a '0 1 2 0,1,2' -d 'qualities of service to measure'
complete -c mqtk -n '__mqtk_command_is bench' -l size -x -d 'payload sizes to measure, each with every QoS: 64,1k'
complete -c mqtk -n '__mqtk_command_is bench' -l pairs -x -d 'publishers, each with a topic and a subscriber of its own'
complete -c mqtk -n '__mqtk_command_is bench' -l duration -x -d 'how long each measurement takes'
complete -c mqtk -n '__mqtk_command_is bench' -l warmup -x -d 'load before each measurement that is not measured'
complete -c mqtk -n '__mqtk_command_is bench' -l rate -x -d 'only latency, at this many messages per second in all: 20k'
complete -c mqtk -n '__mqtk_command_is bench' -l max -d 'only capacity, with no latency'
complete -c mqtk -n '__mqtk_command_is bench' -l window -x -d 'messages that each pair has under way while capacity is measured'
complete -c mqtk -n '__mqtk_command_is bench' -s M -l max-inflight -x -d 'unacknowledged messages of each publisher, at most'
complete -c mqtk -n '__mqtk_command_is bench' -s h -l host -x -a '(__fish_print_hostnames)' -d 'the broker\'s name or IP address'
complete -c mqtk -n '__mqtk_command_is bench' -s p -l port -x -d 'the broker\'s port'
complete -c mqtk -n '__mqtk_command_is bench' -s L -l url -x -d 'all at once: mqtt://[user[:password]@]host[:port][/topic]'
complete -c mqtk -n '__mqtk_command_is bench' -l unix -r -F -d 'the broker\'s Unix socket'
complete -c mqtk -n '__mqtk_command_is bench' -s u -l username -x -d 'the user name'
complete -c mqtk -n '__mqtk_command_is bench' -s P -l password -x -d 'the password (others may read it in the list of processes; MQTK_PASSWORD is safer)'
complete -c mqtk -n '__mqtk_command_is bench' -s k -l keepalive -x -d 'longest silence before a ping; 0: never'
complete -c mqtk -n '__mqtk_command_is bench' -s V -l mqtt-version -x -a '5 3.1.1 3.1' -d '5, 3.1.1 or 3.1'
complete -c mqtk -n '__mqtk_command_is bench' -l connect-timeout -x -d 'longest time to get connected'
complete -c mqtk -n '__mqtk_command_is bench' -l json -d 'print the whole result as JSON, with histograms'
complete -c mqtk -n '__mqtk_command_is bench' -l dry-run -d 'print what would be measured as JSON, and measure nothing'
complete -c mqtk -n '__mqtk_command_is bench' -l quiet -d 'nothing but results and errors'
complete -c mqtk -n '__mqtk_command_is bench' -l color -x -a 'auto always never' -d 'colours: auto, always or never'
complete -c mqtk -n '__mqtk_command_is bench' -l help -d 'print help'

complete -c mqtk -n __mqtk_needs_command -a completion -d 'print the completions for a shell'
complete -c mqtk -n '__mqtk_command_is completion' -a 'bash zsh fish powershell' -d 'bash, zsh, fish or powershell'
complete -c mqtk -n '__mqtk_command_is completion' -l quiet -d 'nothing but results and errors'
complete -c mqtk -n '__mqtk_command_is completion' -l color -x -a 'auto always never' -d 'colours: auto, always or never'
complete -c mqtk -n '__mqtk_command_is completion' -s h -l help -d 'print help'
