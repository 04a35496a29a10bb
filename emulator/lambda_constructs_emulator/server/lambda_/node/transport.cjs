// The connection between AWS's runtime interface client for Node.js and the emulator.
//
// Stands in for two modules of the client: the compiled `rapid-client.node`, and `http`, through which the client
// reports a failed initialization and streams responses. Events come through file descriptor 3 and answers go
// through 4, in the messages of `messages.py`. What the handler prints goes to standard error, before each answer.
"use strict";

const fs = require("node:fs");
const { EventEmitter } = require("node:events");
const { Writable } = require("node:stream");

const EVENTS = 3;
const ANSWERS = 4;
const INTEGRATION = "application/vnd.awslambda.http-integration-response";
const PRELUDE_END = Buffer.alloc(8);

function write(descriptor, bytes) {
  for (let rest = bytes; rest.length; ) rest = rest.subarray(fs.writeSync(descriptor, rest));
}

function send(kind, body = "", contentType = "application/json") {
  if (kind === "error") ready = false;
  const content = Buffer.from(body);
  const header = Buffer.from(JSON.stringify({ kind, contentType }));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(header.length, 0);
  lengths.writeUInt32BE(content.length, 4);
  write(ANSWERS, Buffer.concat([lengths, header, content]));
}

function readSome(buffer, start) {
  return new Promise((resolve) => {
    fs.read(EVENTS, buffer, start, buffer.length - start, null, (error, count) => {
      if (error || count === 0) process.exit(0); // The emulator has ended.
      resolve(count);
    });
  });
}

async function read(length) {
  const buffer = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) filled += await readSome(buffer, filled);
  return buffer;
}

let ready = false;

// The emulator waits for this at first, and after an error, because the client may end then.
async function next() {
  if (!ready) send("next");
  ready = true;
  const lengths = await read(8);
  const headers = JSON.parse(await read(lengths.readUInt32BE(0)));
  const event = await read(lengths.readUInt32BE(4));
  const named = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { bodyJson: event.toString(), headers: Object.fromEntries(named) };
}

// A streamed response is sent when it is complete.
class Request extends Writable {
  constructor({ path, headers }, respond) {
    super();
    this.path = path;
    this.respond = respond;
    this.headers = { ...headers };
    this.trailers = {};
    this.chunks = [];
    this.outputData = []; // for the client of release 3, which logs its length
  }

  setHeader(name, value) {
    this.headers[name] = value;
  }

  addTrailers(trailers) {
    Object.assign(this.trailers, trailers);
  }

  _write(chunk, encoding, done) {
    this.chunks.push(Buffer.from(chunk, encoding));
    done();
  }

  _final(done) {
    const body = Buffer.concat(this.chunks);
    const error = this.trailers["Lambda-Runtime-Function-Error-Body"];
    if (error) send("error", Buffer.from(error, "base64"));
    else if (this.path.endsWith("/error")) send("init_error", body);
    else if (this.headers["Content-Type"] === INTEGRATION) send("response", integrationResponse(body));
    else send("response", body, this.headers["Content-Type"]);
    const response = Object.assign(new EventEmitter(), { statusCode: 202, headers: {} });
    this.respond(response);
    setImmediate(() => response.emit("end"));
    done();
  }
}

// Status and headers come first, then eight zero bytes, then the body.
function integrationResponse(streamed) {
  const end = streamed.indexOf(PRELUDE_END);
  const body = streamed.subarray(end + PRELUDE_END.length).toString("base64");
  return JSON.stringify({ ...JSON.parse(streamed.subarray(0, end)), body, isBase64Encoded: true });
}

module.exports = {
  Agent: class {},
  done: (_id, body) => send("response", body),
  error: (_id, body) => send("error", body),
  initializeClient: () => undefined,
  next,
  request: (options, respond) => new Request(options, respond),
};
