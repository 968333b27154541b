/** Scenario files that run as they are; `mqtk bench init scenario` writes them, and tests run all of them. */
export const examples = {
  fleet: `# A plant through a day: sensors on a schedule, dashboards that watch all of them, an archive that shares the work.
name: plant
qos: [0, 1] # of whatever does not say its own: a row for each
threshold:
  - loss=0
  - latency.p99{group:dashboards,stage:peak}<2s

groups:
  - name: sensors
    clients: 50
    publish:
      topic: plant/{{i}}/temperature # {{i}} is the client's number in its group
      payload: '{"seq":{{seq}},"celsius":{{random 18.0 24.0}}}'
      rate: 500 # messages per second of the whole group
  - name: alarms
    clients: 2
    clean-start: false # a session that the broker keeps
    publish: { topic: "plant/{{i}}/alarm", qos: 2, size: 256, every: 500ms, poisson: true, retain: true }
  - name: dashboards
    clients: 3
    subscribe: { filters: plant/#, qos: 1 }
  - name: archive
    clients: 4
    mqtt-version: 3.1.1
    subscribe: { filters: plant/+/temperature, qos: 1, share: archive }

stages:
  - { name: morning, duration: 5s, rate: 0%→100%, measured: false }
  - { name: day, duration: 10s }
  - { name: peak, duration: 5s, rate: { sensors: 300% } }
  - { name: night, duration: 5s, rate: { sensors: 500→50, alarms: 0 } }
`,
  commands: `# People send commands to devices and wait for the state to come back; devices report all the time.
name: home
groups:
  - name: apps
    clients: 20
    publish: { topic: "home/{{i}}/command", qos: 1, size: 64, think: 200ms-2s } # sends, waits until it came, thinks
    subscribe: { filters: "home/{{i}}/state", qos: 1 }
  - name: devices
    clients: 20
    id: device-{{i}}
    publish: { topic: "home/{{i}}/state", qos: 1, size: 128, every: 1s }
    subscribe: { filters: "home/{{i}}/command", qos: 1 }
duration: 10s
`,
  capacity: `# Options alone, as they are on the command line: two brokers in turns, and what each must reach.
target:
  - mqtk=builtin
  - mosq=cmd:mosquitto -p {port}
scenario: [pair, rr]
qos: 1
size: [64, 1k]
rounds: 2
duration: 2s
threshold: loss=0
`,
} as const satisfies Readonly<Record<string, string>>;
