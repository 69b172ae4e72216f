// The official client as a process: prints what it emits and does what it is told, one JSON value a line.
'use strict';
const readline = require('node:readline');
const { WSClient } = require('@wecom/aibot-node-sdk');
const crypto = require('@wecom/crypto');

const [url, botId, secret] = process.argv.slice(2);
const say = (value) => process.stdout.write(JSON.stringify(value) + '\n');
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const client = new WSClient({
  botId, secret, wsUrl: url, logger: quiet, heartbeatInterval: 100, reconnectInterval: 20, maxReconnectAttempts: -1, maxAuthFailureAttempts: 2,
});
let frame = null; // the last callback, which answers refer to

for (const name of ['connected', 'authenticated', 'disconnected', 'reconnecting', 'error', 'message', 'event']) {
  client.on(name, (value) => {
    if (name === 'message' || name === 'event') frame = value;
    say({ emitted: name, value: value instanceof Error ? { code: value.code, message: value.message } : value });
  });
}

const acts = {
  connect: () => client.connect(),
  stream: (text, finish) => client.replyStream(frame, 'stream_1', text, finish),
  streamWithCard: (text, card) => client.replyStreamWithCard(frame, 'stream_1', text, true, { templateCard: card }),
  card: (card) => client.replyTemplateCard(frame, card),
  welcome: (text) => client.replyWelcome(frame, { msgtype: 'text', text: { content: text } }),
  update: (card) => client.updateTemplateCard(frame, card),
  push: (chat, body) => client.sendMessage(chat, body),
  upload: (base64, type, filename) => client.uploadMedia(Buffer.from(base64, 'base64'), { type, filename }),
  showMedia: (chat, type, id) => client.sendMediaMessage(chat, type, id),
  download: async (address, key) => {
    const { buffer, filename } = await client.downloadFile(address, key);
    return { filename, base64: buffer.toString('base64') };
  },
  encrypt: (key, text, id) => crypto.encrypt(key, text, id),
};

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const [act, ...values] = JSON.parse(line);
  try {
    const result = await acts[act](...values);
    say({ done: act, value: act === 'connect' ? null : result ?? null });
  } catch (error) {
    say({ failed: act, value: error instanceof Error ? { message: error.message } : error });
  }
}).on('close', () => process.exit(0));
