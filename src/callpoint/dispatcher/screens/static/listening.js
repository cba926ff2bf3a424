// A place on a call: WebRTC to the media process, signalled by one POST (the offer there, the answer back).

import { byId, make, show, write } from "./dom.js";
import { post } from "./server.js";
import { whoOf } from "./facts.js";
import { isOver } from "./stories.js";
import { has, phone, say } from "./words.js";

const GATHERING = 3_000;
// The first listener waits until both parties' audio has been taken up.
const SEATING = 35_000;

export class Listening {
  #api;
  #changed;
  #connection = null;
  #microphone = null;
  #session = "";
  #story = null;
  #state = "";
  #trouble = "";
  #turn = 0;

  /** `api(name)` gives paths, `changed()` has the page drawn. */
  constructor(api, changed) {
    this.#api = api;
    this.#changed = changed;
  }

  /** Buttons of a call that may be listened to now, for a card; null where there is nothing to offer. */
  offer(story, monitoring) {
    if (monitoring.mode === "off" || !story.call.call_id || story.test || isOver(story)) return null;
    if (story.state !== "answered" && story.state !== "restored") return null;
    const here = this.#story?.alert === story.alert;
    const key = JSON.stringify([monitoring, here && this.#state, story.listeners, here ? "" : this.#trouble]);
    return { key, make: () => this.#offered(story, monitoring, here) };
  }

  #offered(story, monitoring, here) {
    const modes = monitoring.mode === "join" ? ["listen", "join"] : ["listen"];
    const buttons = modes.map((mode) =>
      this.#button(story, mode, here && this.#state === mode),
    );
    const notes = [
      monitoring.announce && say("listen_announced"),
      monitoring.record && say("listen_recorded"),
      monitoring.dial_in && say("listen_dial_in", { number: phone(monitoring.dial_in) }),
    ];
    return make(
      "div",
      { className: "listen" },
      make("p", { className: "buttons" }, ...buttons),
      this.#phones(story, monitoring, modes),
      ...notes.filter(Boolean).map((text) => make("p", {}, text)),
      this.#present(story),
      make("p", { className: "trouble", role: "status" }, here ? "" : this.#trouble),
    );
  }

  #button(story, mode, disabled) {
    return make("button", { type: "button", disabled, onclick: () => this.begin(story, mode) }, say(mode));
  }

  async begin(story, mode) {
    this.leave();
    const turn = (this.#turn += 1);
    this.#story = story;
    this.#state = "connecting";
    this.#trouble = "";
    this.#changed();
    try {
      await this.#connect(story, mode, turn);
    } catch (error) {
      if (turn !== this.#turn) return;
      const why = error.name === "NotAllowedError" ? say("listen_microphone") : error.message;
      this.leave();
      this.#trouble = say("listen_failed", { why });
    }
    this.#changed();
  }

  /** Gives the place back; harmless without one. */
  leave() {
    this.#turn += 1;
    if (this.#session) this.#giveBack(this.#session);
    this.#connection?.close();
    for (const track of this.#microphone?.getTracks() ?? []) track.stop();
    this.#connection = this.#microphone = this.#story = null;
    this.#session = this.#state = "";
    byId("listened").srcObject = null;
    this.#changed();
  }

  /** Takes what the record says of places: the server knows that ours is gone long before the browser does. */
  told({ session, step }) {
    if (!session || session !== this.#session || (step !== "left" && step !== "failed")) return;
    this.leave();
    this.#trouble = say("listen_over");
  }

  /** The part at the top that says so as long as it is. */
  draw() {
    show(byId("listening"), Boolean(this.#story));
    if (!this.#story) return;
    write(byId("listening-state"), say(STATES[this.#state] ?? "listen_connecting", { who: whoOf(this.#story.call) }));
    byId("listening").dataset.state = this.#state;
  }

  /** Also while the page is being closed. */
  #giveBack(session) {
    fetch(this.#api("leave"), {
      method: "POST",
      keepalive: true,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ session }),
    }).catch(() => undefined);
  }

  async #connect(story, mode, turn) {
    const connection = new RTCPeerConnection();
    this.#connection = connection;
    connection.addEventListener("track", (event) => {
      byId("listened").srcObject = event.streams[0] ?? new MediaStream([event.track]);
    });
    connection.addEventListener("connectionstatechange", () => this.#follow(connection));
    if (mode === "join") {
      const wanted = { audio: { echoCancellation: true, noiseSuppression: true } };
      this.#microphone = await navigator.mediaDevices.getUserMedia(wanted);
      for (const track of this.#microphone.getTracks()) connection.addTrack(track, this.#microphone);
    } else {
      connection.addTransceiver("audio", { direction: "recvonly" });
    }
    await connection.setLocalDescription(await connection.createOffer());
    await gathered(connection);
    const offer = connection.localDescription.sdp;
    const reply = await post(this.#api("listen"), { call_id: story.call.call_id, mode, offer }, SEATING);
    if (turn !== this.#turn) {
      this.#giveBack(reply.session); // left before it began
      return;
    }
    this.#session = reply.session;
    await connection.setRemoteDescription({ type: "answer", sdp: reply.answer });
    this.#state = mode;
  }

  #follow(connection) {
    if (connection !== this.#connection) return;
    if (connection.connectionState === "failed" || connection.connectionState === "closed") {
      this.leave();
      this.#trouble = say("listen_over");
      this.#changed();
    }
  }

  #phones(story, monitoring, modes) {
    if (!monitoring.phones.length) return null;
    const id = `phone-${story.alert}`;
    const which = make("select", { id }, ...monitoring.phones.map((one) => make("option", { value: one.id }, one.name)));
    const mode = make(
      "select",
      { "aria-label": say("listen_phone_mode") },
      ...modes.map((one) => make("option", { value: one }, say(one))),
    );
    const state = make("span", { role: "status" });
    const call = async (event) => {
      event.preventDefault();
      try {
        await post(this.#api("phone"), { call_id: story.call.call_id, phone: which.value, mode: mode.value });
        write(state, say("listen_phone_called", { phone: which.selectedOptions[0].textContent }));
      } catch (error) {
        write(state, say("listen_failed", { why: error.message }));
      }
    };
    return make(
      "form",
      { className: "phones", onsubmit: call },
      make("label", { for: id }, say("listen_phone")),
      which,
      mode,
      make("button", { type: "submit" }, say("listen_phone_go")),
      state,
    );
  }

  #present(story) {
    if (!story.listeners.length) return null;
    const lines = story.listeners.map((one) => {
      const step = has(`listener_${one.step}`) ? say(`listener_${one.step}`) : one.step;
      return make("li", {}, `${one.by}: ${step}`);
    });
    return make("div", {}, make("h4", {}, say("listeners_title")), make("ul", {}, ...lines));
  }
}

const STATES = { listen: "listen_listening", join: "listen_joined", connecting: "listen_connecting" };

/** All candidates are in the offer: there is no second message to send others by. */
function gathered(connection) {
  if (connection.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GATHERING);
    connection.addEventListener("icegatheringstatechange", () => {
      if (connection.iceGatheringState === "complete") {
        clearTimeout(timer);
        resolve();
      }
    });
  });
}
