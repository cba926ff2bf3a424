// The stream of events: read by fetch, so that silence, refusals and the number of the last event are ours to judge.

import { Refused, refusal } from "./server.js";

// The server gives a sign of life every eight seconds.
const SILENCE = 20_000;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

/**
 * Follows `path()` until `stop`. Handlers: `event(name, data)`; `live()` once events come; `lost(since)` when there is
 * no server (any more), with the moment it was lost; `refused(status)` for 401 and 403; `ended(why)`.
 */
export class Stream {
  #path;
  #handlers;
  #lastId = "";
  #retry = FIRST_PAUSE;
  #failures = 0;
  #abort = null;
  #wake = null;
  #stopped = true;
  #lostSince = null;

  constructor(path, handlers) {
    this.#path = path;
    this.#handlers = handlers;
    addEventListener("online", () => this.#hurry());
    addEventListener("offline", () => this.#abort?.abort());
    document.addEventListener("visibilitychange", () => document.hidden || this.#hurry());
  }

  start() {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#run();
  }

  stop() {
    this.#stopped = true;
    this.#abort?.abort();
    this.#wake?.();
  }

  /** Begins anew; everything open is told again. */
  restart() {
    this.#lastId = "";
    this.#failures = 0;
    if (this.#stopped) this.start();
    else if (this.#wake) this.#wake();
    else this.#abort?.abort("restart");
  }

  async #run() {
    while (!this.#stopped) {
      const again = await this.#once();
      if (this.#stopped || !again) break;
      await this.#pause(this.#nextPause());
    }
    this.#stopped = true;
  }

  /** One connection; whether there is to be another. */
  async #once() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    let watch = setTimeout(() => this.#abort.abort(), SILENCE);
    try {
      const headers = { Accept: "text/event-stream", ...(this.#lastId && { "Last-Event-ID": this.#lastId }) };
      const answer = await fetch(this.#path(), { headers, cache: "no-store", credentials: "same-origin", signal });
      if (!answer.ok) throw await refusal(answer);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) break;
        clearTimeout(watch);
        watch = setTimeout(() => this.#abort.abort(), SILENCE);
        rest = this.#take(rest + value);
      }
    } catch (error) {
      if (signal.reason === "restart") return true;
      if (error instanceof Refused && (error.status === 401 || error.status === 403)) {
        this.#handlers.refused(error.status);
        return false;
      }
      this.#retry = Math.max(this.#retry, (error.retryAfter ?? 0) * 1000);
    } finally {
      clearTimeout(watch);
    }
    this.#failures += 1;
    if (!this.#stopped) {
      this.#lostSince ??= new Date();
      this.#handlers.lost(this.#lostSince);
    }
    return true;
  }

  /** Takes whole events out of the text; returns what is left of it. */
  #take(text) {
    const pieces = text.split("\n\n");
    const rest = pieces.pop();
    for (const piece of pieces) this.#event(piece);
    return rest;
  }

  #event(piece) {
    let name = "";
    let data = "";
    let id = null;
    for (const line of piece.split("\n")) {
      if (line.startsWith("event: ")) name = line.slice(7);
      else if (line.startsWith("data: ")) data = line.slice(6);
      else if (line.startsWith("id: ")) id = line.slice(4);
      else if (line.startsWith("retry: ")) this.#retry = Number(line.slice(7)) || FIRST_PAUSE;
    }
    if (name) this.#handle(name, JSON.parse(data));
    // Only now: an event that could not be worked on is asked for again.
    if (id !== null) this.#lastId = id;
  }

  #handle(name, data) {
    if (name === "end") {
      if (data.why === "changed") this.#lastId = "";
      if (data.why === "revoked" || data.why === "replaced") this.#stopped = true;
      this.#handlers.ended(data.why);
      return;
    }
    if (name === "hello") {
      this.#failures = 0;
      this.#lostSince = null;
      this.#handlers.live();
    }
    this.#handlers.event(name, data);
  }

  #nextPause() {
    const longest = Math.min(LONGEST_PAUSE, this.#retry * 2 ** Math.max(0, this.#failures - 1));
    return longest * (0.5 + Math.random() / 2);
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }

  #hurry() {
    if (this.#wake) {
      this.#failures = 0;
      this.#wake();
    }
  }
}
