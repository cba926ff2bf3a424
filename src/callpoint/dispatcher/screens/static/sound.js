// What is heard: a tone that cannot be slept through and the alert's own words, again and again until somebody acts.

import { bytes } from "./server.js";

const PAUSE = 1500;
// Two pitches in turn carry through walls and cannot be taken for a telephone.
const ALARM = { pitches: [880, 660], seconds: 0.35, times: 3, level: 0.9 };
const CHIME = { pitches: [523], seconds: 0.5, times: 1, level: 0.4 };
// A thousand screens ask for the same words; the tone covers the time until it is each one's turn.
const SPREAD = 1200;

export class Sound {
  #context = null;
  #analyser = null;
  #wanted = new Map();
  #speech = new Map();
  #looping = false;
  #changed;
  #cut = null;

  /** `changed(what)` hears what is sounding: "off", "ready", "tone" or "speech". */
  constructor(changed) {
    this.#changed = changed;
  }

  get running() {
    return this.#context?.state === "running";
  }

  /** To be called when somebody presses a button, and once before, in case the browser allows it at once. */
  async start() {
    if (!this.#context) {
      this.#context = new AudioContext();
      this.#analyser = this.#context.createAnalyser();
      this.#analyser.fftSize = 1024;
      this.#analyser.connect(this.#context.destination);
      this.#context.addEventListener("statechange", () => this.#report());
    }
    const resumed = this.#context.resume().catch(() => undefined);
    await Promise.race([resumed, new Promise((resolve) => setTimeout(resolve, 500))]);
    this.#report();
    this.#loop();
    return this.running;
  }

  /** How loud it is now, 0 to 1. */
  level() {
    if (!this.#analyser) return 0;
    const samples = new Float32Array(this.#analyser.fftSize);
    this.#analyser.getFloatTimeDomainData(samples);
    return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  }

  /** The tone once, for the check. */
  async check() {
    if (this.#looping) return;
    this.#looping = true;
    this.#changed("tone");
    await this.#tone(ALARM);
    this.#looping = false;
    this.#report();
    this.#loop();
  }

  /** What is to be heard from now on: alert → `{speech, test}`, `speech` the path of its words. */
  want(alerts) {
    const gone = [...this.#wanted.keys()].some((alert) => !alerts.has(alert));
    this.#wanted = alerts;
    for (const alert of this.#speech.keys()) if (!alerts.has(alert)) this.#speech.delete(alert);
    if (gone) this.#cut?.();
    this.#loop();
  }

  async #loop() {
    if (this.#looping || !this.#wanted.size || !this.running) return;
    this.#looping = true;
    for (let turn = 0; this.#wanted.size && this.running; turn += 1) {
      const alerts = [...this.#wanted];
      const [alert, { speech, test }] = alerts[turn % alerts.length];
      const words = this.#words(alert, speech);
      this.#changed("tone");
      await this.#tone(test ? CHIME : ALARM);
      const buffer = await Promise.race([words, pause(SPREAD + PAUSE)]);
      if (buffer && this.#wanted.has(alert)) {
        this.#changed("speech");
        await this.#play(buffer);
      }
      if (this.#wanted.size) await this.#sleep(PAUSE);
    }
    this.#looping = false;
    this.#report();
  }

  /** The words as sound, fetched once; null when they cannot be had (yet). */
  #words(alert, path) {
    const known = this.#speech.get(alert);
    if (known?.path === path) return known.sound;
    const sound = this.#fetched(path).then((buffer) => {
      if (!buffer) this.#speech.delete(alert);
      return buffer;
    });
    this.#speech.set(alert, { path, sound });
    return sound;
  }

  async #fetched(path) {
    try {
      await pause(Math.random() * SPREAD);
      return await this.#context.decodeAudioData(await bytes(path));
    } catch {
      return null; // the tone has to do until the next turn
    }
  }

  async #tone({ pitches, seconds, times, level }) {
    const oscillator = this.#context.createOscillator();
    const gain = this.#context.createGain();
    const begin = this.#context.currentTime + 0.02;
    const notes = pitches.length * times;
    oscillator.type = "square";
    for (let note = 0; note < notes; note += 1) {
      const at = begin + note * seconds;
      oscillator.frequency.setValueAtTime(pitches[note % pitches.length], at);
      gain.gain.setValueAtTime(0, at);
      gain.gain.linearRampToValueAtTime(level, at + 0.02);
      gain.gain.setValueAtTime(level, at + seconds - 0.06);
      gain.gain.linearRampToValueAtTime(0, at + seconds - 0.02);
    }
    oscillator.connect(gain).connect(this.#analyser);
    oscillator.start(begin);
    oscillator.stop(begin + notes * seconds);
    await this.#ended(oscillator);
  }

  async #play(buffer) {
    const source = this.#context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#analyser);
    source.start();
    await this.#ended(source);
  }

  #ended(source) {
    return new Promise((resolve) => {
      this.#cut = () => {
        source.stop();
        resolve();
      };
      source.addEventListener("ended", resolve);
    }).finally(() => {
      this.#cut = null;
    });
  }

  #sleep(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#cut = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #report() {
    if (!this.#looping) this.#changed(this.running ? "ready" : "off");
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(() => resolve(null), milliseconds));
}
