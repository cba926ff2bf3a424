// An Onsite screen: calm until somebody dials 911, then all of it is the alert, and it is heard.

import { Attention } from "./attention.js";
import { Card, setClock, tickAll } from "./card.js";
import { byId, kept, make, show, write } from "./dom.js";
import { whereOf, whoOf } from "./facts.js";
import { setLine, tellLine } from "./line.js";
import { post, Refused } from "./server.js";
import { Sound } from "./sound.js";
import { Stories, demands, hasCall, isOver } from "./stories.js";
import { Stream } from "./stream.js";
import { isChosen, preferred, say, speak, spoken, timeOf } from "./words.js";

const API = "/onsite/api/";
const BEAT = 30_000;
const AGAIN = 3_000;
// Over and seen to, an alert makes room for the next after so long.
const LINGER = 5 * 60_000;
const MOST_EARLIER = 20;

const stories = new Stories();
const cards = new Map();
const earlier = [];
const attention = new Attention();
const sound = new Sound(soundIs);
const page = { me: null, started: false, checkedAt: null, registered: false, replacing: false };

const stream = new Stream(() => `${API}stream?${new URLSearchParams({ ...asked(), program: program() })}`, {
  event: take,
  live() {
    page.registered = true;
    setLine("live");
    draw();
  },
  lost: (since) => setLine("lost", since),
  refused() {
    page.registered = false;
    setLine("refused");
    draw();
  },
  ended(why) {
    if (why === "revoked" || why === "replaced") {
      page.registered = why === "replaced";
      // What it showed is no longer its to show, and nobody would ever tell it that somebody acknowledged.
      stories.clear();
      setLine("refused", null, `${why}_text`);
      draw();
    }
  },
});

/** The language somebody chose here; without a choice the server says which one the screen has. */
function asked() {
  return isChosen() ? { language: spoken() } : {};
}

function program() {
  const browser = /(Firefox|Edg|Chrome|Safari)\/[\d]+/.exec(navigator.userAgent);
  return `browser ${browser ? browser[0] : ""}`.trim();
}

// --- what the server tells --------------------------------------------------------------------------------------

function take(name, data) {
  if (name === "hello") {
    page.me = data;
    setClock(data.now);
    if (!isChosen()) speak(data.language);
  }
  const taken = stories.take(name, data);
  if (taken?.isNew) announce(taken.story);
  if (name === "state") stories.all().filter(demands).forEach(announce);
  draw();
}

function announce(story) {
  if (!demands(story)) return;
  const where = whereOf(story);
  byId("announce").textContent = [story.words.title, where].filter(Boolean).join(". ");
  attention.notify(story.alert, story.words.title);
  queueMicrotask(() => focusOn(story));
}

/** The button is under the finger at once, unless somebody is writing. */
function focusOn(story) {
  const typing = document.activeElement instanceof HTMLInputElement;
  if (!typing) cards.get(story.alert)?.button.focus();
}

// --- what is shown ----------------------------------------------------------------------------------------------

function draw() {
  const shown = stories.all().filter((story) => !story.dismissed);
  const demanding = shown.filter(demands);
  drawCards(shown);
  show(byId("enrol"), page.replacing || (!page.registered && byId("line").dataset.line === "refused"));
  show(byId("alerts"), shown.length > 0);
  show(byId("calm"), page.registered && shown.length === 0);
  show(byId("start"), page.registered && !page.started && shown.length === 0);
  show(byId("muted"), demanding.length > 0 && !sound.running);
  document.body.classList.toggle("alarm", demanding.some((story) => !story.test));
  document.body.classList.toggle("covered", shown.length > 0);
  attention.blink(demanding.length ? demanding[0].words.title : "");
  attention.settle(new Set(demanding.map((story) => story.alert)));
  sound.want(
    new Map(demanding.map((story) => [story.alert, { speech: speechOf(story), test: story.test }])),
  );
  drawCalm();
}

function speechOf(story) {
  const path = story.alert.split("/").map(encodeURIComponent).join("/");
  return `${API}speech/${path}.wav?language=${spoken()}`;
}

function drawCards(shown) {
  const order = [...shown].sort((one, other) => rank(one) - rank(other) || other.at.localeCompare(one.at));
  for (const [alert, card] of cards) {
    if (!shown.some((story) => story.alert === alert)) {
      card.element.remove();
      cards.delete(alert);
    }
  }
  const list = byId("cards");
  order.forEach((story, index) => {
    if (!cards.has(story.alert)) cards.set(story.alert, new Card(story, actions));
    const card = cards.get(story.alert);
    card.update(story);
    // Moving an element that stands right would take the focus away from it.
    if (list.children[index] !== card.element) list.insertBefore(card.element, list.children[index] ?? null);
  });
  list.dataset.count = String(order.length);
}

function rank(story) {
  if (demands(story)) return story.test ? 1 : 0;
  return isOver(story) ? 3 : 2;
}

function drawCalm() {
  const { me } = page;
  write(byId("place"), me ? me.organization_name : "Callpoint Onsite");
  write(byId("screen-name"), me ? me.name : "–");
  write(byId("shows"), me ? say(me.buildings.length ? "shows_some" : "shows_all") : "–");
  attention.rest(me ? `${me.name} – Onsite` : "Callpoint Onsite");
  drawSound();
  const list = byId("earlier");
  list.replaceChildren(...earlier.map((text) => make("li", {}, text)));
  show(byId("no-earlier"), earlier.length === 0);
  show(byId("allow"), attention.mayAsk);
}

function drawSound() {
  const checked = page.checkedAt ? say("sound_on", { time: timeOf(page.checkedAt) }) : say("sound_unchecked");
  write(byId("sound"), sound.running ? checked : say("sound_off"));
}

function soundIs(what) {
  byId("sound").dataset.sound = what;
  document.body.dataset.sound = what;
  drawSound();
  show(byId("muted"), !sound.running && stories.all().some((story) => demands(story) && !story.dismissed));
}

// --- what people do ---------------------------------------------------------------------------------------------

const actions = {
  acknowledge(story) {
    story.pending = true;
    story.trouble = "";
    draw();
    sendAcknowledgement(story);
  },
  chat: (story, text) => post(`${API}chat`, { alert: story.alert, by: byId("me").value.trim(), text }),
  dismiss(story) {
    const who = story.call.call_id ? whoOf(story.call) : "";
    earlier.unshift([timeOf(story.at), story.words.title, who].filter(Boolean).join(" · "));
    earlier.length = Math.min(earlier.length, MOST_EARLIER);
    story.dismissed = true;
    if (story.closed_at) stories.remove(story.alert);
    draw();
  },
};

/** Quiet here at once; sent until the server has it, which tells everybody else. */
async function sendAcknowledgement(story) {
  const current = () => stories.get(story.alert) ?? story;
  try {
    await post(`${API}acknowledge`, { alert: story.alert, by: byId("me").value.trim() });
    current().trouble = "";
    await new Promise((resolve) => setTimeout(resolve, AGAIN));
    current().pending = false;
  } catch (error) {
    const lasting = error instanceof Refused && error.status >= 400 && error.status < 500 && error.status !== 429;
    current().trouble = say(lasting ? "acknowledge_unknown" : "acknowledge_failed");
    if (lasting) {
      current().pending = false;
      current().closed_at ||= new Date().toISOString();
    } else {
      setTimeout(() => sendAcknowledgement(story), AGAIN);
    }
  }
  draw();
}

async function check() {
  show(byId("check"), true);
  write(byId("check-help"), "");
  if (!(await sound.start())) {
    write(byId("check-help"), say("check_failed"));
    return;
  }
  byId("heard").focus();
  const meter = setInterval(() => {
    byId("level").value = sound.level();
  }, 60);
  await sound.check();
  clearInterval(meter);
  byId("level").value = 0;
}

async function heard() {
  page.started = true;
  page.checkedAt = new Date();
  show(byId("check"), false);
  attention.stayAwake();
  draw();
  await beat(true);
}

async function beat(checked = false) {
  if (!page.registered) return;
  try {
    await post(`${API}beat`, { volume_checked: checked, program: program() });
  } catch (error) {
    if (checked) setTimeout(() => beat(true), AGAIN);
    else if (error.status === 401) stream.restart();
  }
}

async function enrol(token, replace = false) {
  try {
    await post("/onsite/enrol", { token, replace });
    page.replacing = false;
    byId("token").value = "";
    write(byId("enrol-trouble"), "");
    stream.restart();
  } catch (error) {
    if (error.status === 409) {
      // Whoever sent the link is not asked: who stands here is. Meanwhile it stays the screen it was.
      page.replacing = true;
      byId("token").value = token;
      write(byId("enrol-trouble"), say("enrol_replace"));
      stream.restart();
      draw();
      return;
    }
    setLine("refused");
    draw();
    write(byId("enrol-trouble"), error.status === 401 ? say("enrol_wrong") : say("enrol_later", { why: error.message }));
  }
}

function choose(language) {
  speak(language, true);
  draw();
  tellLine();
  if (page.registered) stream.restart();
}

// --- the beginning ----------------------------------------------------------------------------------------------

function listen() {
  byId("enrol-form").addEventListener("submit", (event) => {
    event.preventDefault();
    enrol(byId("token").value.trim(), true);
  });
  byId("start-button").addEventListener("click", check);
  byId("heard").addEventListener("click", heard);
  byId("not-heard").addEventListener("click", async () => {
    await check();
    write(byId("check-help"), say("check_help"));
  });
  byId("test-sound").addEventListener("click", () => {
    page.started = false;
    draw();
    check();
  });
  byId("unmute").addEventListener("click", async () => {
    page.started = await sound.start();
    draw();
  });
  byId("full").addEventListener("click", () => document.documentElement.requestFullscreen?.().catch(() => undefined));
  byId("allow").addEventListener("click", () => attention.ask().then(draw, draw));
  byId("me").value = kept.get("me");
  byId("me").addEventListener("change", () => kept.set("me", byId("me").value.trim()));
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => choose(button.dataset.language));
  }
}

function everySecond() {
  write(byId("clock"), timeOf(new Date()));
  tellLine();
  tickAll();
  for (const story of stories.all()) {
    const settled = isOver(story) || (!hasCall(story) && story.acknowledged.length > 0);
    if (settled && !demands(story) && !story.dismissed) {
      story.settledAt ??= Date.now();
      if (Date.now() - story.settledAt > (story.test ? LINGER / 5 : LINGER)) actions.dismiss(story);
    }
  }
}

async function begin() {
  speak(preferred());
  setLine("connecting");
  listen();
  draw();
  setInterval(everySecond, 1000);
  setInterval(beat, BEAT);
  // Kiosks may let a page sound by itself; then nobody has to press anything after a power cut.
  sound.start().then((running) => {
    // Somebody who has pressed a button meanwhile is in the middle of the check.
    page.started ||= running && byId("check").hidden;
    draw();
  });
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (token) {
    history.replaceState(null, "", location.pathname);
    await enrol(token);
  } else {
    stream.start();
  }
}

begin();
