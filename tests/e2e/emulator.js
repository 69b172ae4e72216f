// Starts the emulator on the port given as the only argument, and says so.
const TelegramServer = require("telegram-test-api");

const port = Number(process.argv[2]);
new TelegramServer({ port, host: "127.0.0.1", storeTimeout: 3600 }).start().then(() => console.log("ready"));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0)); // ends with the test that started it
