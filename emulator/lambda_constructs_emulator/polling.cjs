// The CDK CLI looks every 5 s whether a stack is done. Here a stack is done in a second or two, so it looks
// more often. Loaded before the CLI, whose other timers keep their times.
"use strict";

const POLLING_INTERVAL = 5000;
const HERE = 250;
const wait = globalThis.setTimeout;

globalThis.setTimeout = (callback, delay, ...rest) =>
  wait(callback, delay === POLLING_INTERVAL ? HERE : delay, ...rest);
