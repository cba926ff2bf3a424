// What calls people to the screen besides sound: the title, a notification, and a display that does not sleep.

import { say } from "./words.js";

const BLINK = 800;

export class Attention {
  #title = document.title;
  #alert = "";
  #blinking = 0;
  #lock = null;
  #shown = new Map();

  constructor() {
    document.addEventListener("visibilitychange", () => document.hidden || this.stayAwake());
  }

  /** The title when there is nothing. */
  rest(title) {
    this.#title = title;
    if (!this.#blinking) document.title = title;
  }

  /** Blinks with `text` in the title until called with "". */
  blink(text) {
    this.#alert = text;
    if (text && !this.#blinking) {
      this.#blinking = setInterval(() => {
        document.title = document.title === this.#alert ? this.#title : this.#alert;
      }, BLINK);
    }
    if (text) {
      document.title = text;
    } else if (this.#blinking) {
      clearInterval(this.#blinking);
      this.#blinking = 0;
      document.title = this.#title;
    }
  }

  /** Whether people could be asked for notifications. */
  get mayAsk() {
    return "Notification" in window && Notification.permission === "default";
  }

  async ask() {
    await Notification.requestPermission();
  }

  /** A notification of the system, where it is allowed; one for each alert. */
  notify(alert, text) {
    if (!("Notification" in window) || Notification.permission !== "granted" || this.#shown.has(alert)) return;
    try {
      const shown = new Notification(say("notification_title"), { body: text, tag: alert, requireInteraction: true });
      shown.addEventListener("click", () => window.focus());
      this.#shown.set(alert, shown);
    } catch {
      return; // some browsers let only service workers notify; the screen itself is there
    }
  }

  /** Takes the notifications of what demands nothing any more away. */
  settle(demanding) {
    for (const [alert, shown] of this.#shown) {
      if (!demanding.has(alert)) {
        shown.close();
        this.#shown.delete(alert);
      }
    }
  }

  /** Asks for a display that stays on; browsers give it back when the page is hidden. */
  async stayAwake() {
    if (!navigator.wakeLock || (this.#lock && !this.#lock.released)) return;
    try {
      this.#lock = await navigator.wakeLock.request("screen");
    } catch {
      this.#lock = null; // on battery, or not allowed: the display is the operator's to set
    }
  }
}
