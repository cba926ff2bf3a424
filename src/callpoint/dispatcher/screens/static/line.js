// The line to the server, as people see it: connected, or in red since when it is not.

import { byId, show, write } from "./dom.js";
import { duration, say, timeOf } from "./words.js";

let since = null;
let state = "connecting";

/** Sets the line's state: connecting, live, lost (since a moment) or refused, with words of its own where given. */
export function setLine(now, moment = null, text = "") {
  state = now;
  since = now === "lost" ? moment : null;
  document.body.classList.toggle("cut", now === "lost" || now === "refused");
  const line = byId("line");
  line.dataset.line = now;
  byId("lost").dataset.text = text;
  tellLine();
}

/** Writes it, in the language of now; to be called every second. */
export function tellLine() {
  write(byId("line"), say(`line_${state}`));
  const lost = byId("lost");
  const word = lost.dataset.text;
  // Read out once; the seconds are for the eye.
  if (state === "lost") {
    const ago = duration((Date.now() - since.getTime()) / 1000);
    lost.setAttribute("aria-live", "off");
    write(lost, say("lost_text", { time: timeOf(since), ago }));
  } else {
    lost.setAttribute("aria-live", "assertive");
    write(lost, word ? say(word) : "");
  }
  show(lost, Boolean(lost.textContent));
}
