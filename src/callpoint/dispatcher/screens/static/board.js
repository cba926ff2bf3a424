// The live board: calls as they happen, who was told and who sees to it; and, where it is allowed, a place on the call.

import { Attention } from "./attention.js";
import { Card, setClock, tickAll } from "./card.js";
import { byId, make, show, write } from "./dom.js";
import { destinationOf, whereOf, whoOf } from "./facts.js";
import { setLine, tellLine } from "./line.js";
import { Listening } from "./listening.js";
import { get, post } from "./server.js";
import { Sound } from "./sound.js";
import { Stories, demands, hasCall, isOver } from "./stories.js";
import { Stream } from "./stream.js";
import { duration, preferred, isChosen, say, speak, spoken, timeOf } from "./words.js";

const API = "/board/api/";
const OFF = { mode: "off", phones: [], dial_in: "" };

const stories = new Stories();
const cards = new Map();
const rows = new Map();
const attention = new Attention();
const sound = new Sound(() => undefined);
const page = { me: null, inside: false, organization: "", monitoring: OFF, sounding: false };
const listening = new Listening(api, draw);

const stream = new Stream(() => api("stream", isChosen() ? { language: spoken() } : {}), {
  event: take,
  live() {
    page.inside = true;
    setLine("live");
    readMonitoring();
  },
  lost: (since) => setLine("lost", since),
  refused: () => outside(),
  ended(why) {
    if (why === "revoked") outside();
    else if (why === "changed") readMonitoring();
    else if (why === "replaced") setLine("refused", null, "replaced_text");
  },
});

/** A path of the board's interface, for the organization of this window. */
function api(name, more = {}) {
  return `${API}${name}?${new URLSearchParams({ organization: page.organization, ...more })}`;
}

function take(name, data) {
  if (name === "hello") {
    page.me = data;
    setClock(data.now);
    if (!isChosen()) speak(data.language);
  }
  const taken = stories.take(name, data);
  if (taken?.isNew && demands(taken.story)) {
    byId("announce").textContent = [taken.story.words.title, whereOf(taken.story)].filter(Boolean).join(". ");
    attention.notify(taken.story.alert, taken.story.words.title);
  }
  if (name === "monitor") listening.told(data);
  draw();
}

async function readMonitoring() {
  try {
    page.monitoring = await get(api("monitoring"));
  } catch {
    page.monitoring = OFF; // without an answer nothing is offered; the next connection asks again
  }
  draw();
}

async function outside() {
  page.inside = false;
  listening.leave();
  setLine("refused");
  draw();
  try {
    const { portal } = await get("/board/portal");
    byId("portal").href = portal || "#";
    show(byId("portal"), Boolean(portal));
  } catch {
    show(byId("portal"), false);
  }
}

// --- what is shown ----------------------------------------------------------------------------------------------

function draw() {
  show(byId("inside"), page.inside);
  show(byId("outside"), !page.inside && byId("line").dataset.line === "refused");
  show(byId("exit"), page.inside);
  show(byId("sound-switch"), page.inside);
  const name = page.me ? `${page.me.organization_name} · ${page.me.name}` : "Callpoint";
  write(byId("place"), `${name} – ${say("board_title")}`);
  attention.rest(`${say("board_title")} – ${page.me?.organization_name ?? "Callpoint"}`);
  const newest = stories.all().reverse();
  const open = newest.filter((story) => !story.closed_at && !(isOver(story) && story.acknowledged.length));
  const now = open.filter((story) => hasCall(story));
  const alarms = open.filter((story) => !hasCall(story));
  const past = newest.filter((story) => !open.includes(story));
  drawCards(byId("cards"), now);
  drawCards(byId("alarms"), alarms);
  drawPast(past);
  for (const [alert, card] of cards) {
    if (!open.some((story) => story.alert === alert)) {
      card.element.remove();
      cards.delete(alert);
    }
  }
  show(byId("now-none"), now.length === 0);
  show(byId("alarms-none"), alarms.length === 0);
  show(byId("today-none"), past.length === 0);
  const demanding = open.filter(demands);
  attention.blink(demanding.length ? demanding[0].words.title : "");
  attention.settle(new Set(demanding.map((story) => story.alert)));
  sound.want(new Map(page.sounding ? demanding.map((story) => [story.alert, heardOf(story)]) : []));
  listening.draw();
}

function heardOf(story) {
  const path = story.alert.split("/").map(encodeURIComponent).join("/");
  return { speech: api(`speech/${path}.wav`, { language: spoken() }), test: story.test };
}

function drawCards(list, shown) {
  shown.forEach((story, index) => {
    if (!cards.has(story.alert)) cards.set(story.alert, new Card(story, actions));
    const card = cards.get(story.alert);
    card.update(story);
    if (list.children[index] !== card.element) list.insertBefore(card.element, list.children[index] ?? null);
  });
}

function drawPast(past) {
  const list = byId("today");
  for (const [alert, row] of rows) {
    if (!past.some((story) => story.alert === alert)) {
      row.element.remove();
      rows.delete(alert);
    }
  }
  past.forEach((story, index) => {
    if (!rows.has(story.alert)) rows.set(story.alert, makeRow(story));
    const row = rows.get(story.alert);
    drawRow(row, story);
    if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
  });
}

function makeRow(story) {
  const summary = make("summary", {});
  const element = make("details", { "data-alert": story.alert }, summary);
  const row = { element, summary, card: null, story };
  element.addEventListener("toggle", () => drawRow(row, row.story));
  return row;
}

function drawRow(row, story) {
  row.story = story;
  const { call } = story;
  const seconds = (Date.parse(story.state_at || story.at) - Date.parse(story.at)) / 1000;
  const by = story.acknowledged.map((one) => one.by).join(", ");
  const who = call.call_id ? whoOf(call) : "";
  const known = [
    timeOf(story.at),
    story.words.title,
    story.words.title.includes(who) ? "" : who,
    destinationOf(story),
    call.call_id ? duration(seconds) : "",
    by ? `${say("acknowledged_title")}: ${by}` : "",
  ];
  row.summary.replaceChildren(...known.filter(Boolean).map((text) => make("span", {}, text)));
  if (!row.element.open) return;
  if (row.card) {
    row.card.update(story);
  } else {
    row.card = new Card(story, actions);
    row.element.append(row.card.element);
  }
}

// --- what people do ---------------------------------------------------------------------------------------------

const actions = {
  board: true,
  pathOf: (path) => `${path}?${new URLSearchParams({ organization: page.organization })}`,
  extra: (story) => listening.offer(story, page.monitoring),
  chat: (story, text) => post(api("chat"), { alert: story.alert, text }),
  async acknowledge(story) {
    story.pending = true;
    draw();
    try {
      await post(api("acknowledge"), { alert: story.alert });
      story.trouble = "";
    } catch (error) {
      story.trouble = error.status === 404 ? say("acknowledge_unknown") : say("chat_failed", { why: error.message });
    }
    const current = stories.get(story.alert) ?? story;
    current.pending = false;
    current.trouble = story.trouble;
    draw();
  },
};

function choose(language) {
  speak(language, true);
  draw();
  tellLine();
  if (page.inside) stream.restart();
}

function listen() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => choose(button.dataset.language));
  }
  byId("sound-switch").addEventListener("click", async () => {
    page.sounding = !page.sounding && (await sound.start());
    byId("sound-switch").setAttribute("aria-pressed", String(page.sounding));
    draw();
  });
  byId("exit").addEventListener("click", async () => {
    stream.stop();
    await post(`/board/exit?${new URLSearchParams({ organization: page.organization })}`, {}).catch(() => undefined);
    outside();
  });
  byId("leave").addEventListener("click", () => listening.leave());
  addEventListener("pagehide", () => listening.leave());
}

/** The pass of the portal becomes a cookie; the address keeps the organization alone, so that a reload works. */
async function enter() {
  const pass = new URLSearchParams(location.hash.slice(1)).get("pass");
  page.organization = new URLSearchParams(location.search).get("organization") ?? "";
  if (!pass) return true;
  history.replaceState(null, "", location.pathname + location.search);
  try {
    const entered = await post("/board/enter", { pass });
    page.organization = entered.organization;
    history.replaceState(null, "", `${location.pathname}?${new URLSearchParams({ organization: page.organization })}`);
    return true;
  } catch {
    return page.organization !== "";
  }
}

async function begin() {
  speak(preferred());
  setLine("connecting");
  listen();
  draw();
  setInterval(() => {
    tellLine();
    tickAll();
  }, 1000);
  if (await enter()) stream.start();
  else outside();
}

begin();
