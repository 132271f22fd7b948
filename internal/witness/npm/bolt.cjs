// Slack's own Bolt behind a free port: it answers 200 to what Slack has signed
// and 401 to anything else. The first line says where; it ends with its input.
const { HTTPReceiver, LogLevel } = require('@slack/bolt');

const receiver = new HTTPReceiver({
  signingSecret: process.argv[2],
  endpoints: ['/slack/commands', '/slack/interactions', '/slack/events'],
  logger: { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel: () => LogLevel.ERROR, setName() {} },
});
receiver.init({ processEvent: async (event) => event.ack() });
receiver.start({ port: 0, host: '127.0.0.1' }).then((server) => console.log(`at 127.0.0.1:${server.address().port}`));
process.stdin.resume().on('end', () => process.exit(0));
