"use strict";
// Shows what the lab's JSON says, every second. All text goes in as text: a caller may write anything.

const MODES = ["answer", "ring", "busy", "unavailable", "silent", "decline"];
const SPOT = [["FLR", "Floor"], ["ROOM", "Room"], ["UNIT", "Unit"], ["BLD", "Building"], ["SEAT", "Seat"], ["LOC", ""]];
const LIVE = ["answered"];
const shown = new Map();

async function ask(path, document_) {
  const options = document_ === undefined ? {} :
    { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(document_) };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || String(response.status));
  return answer;
}

function tell(text) { document.getElementById("link").textContent = text; }

async function press(path, document_) {
  try { await ask(path, document_); await refresh(); } catch (error) { tell(error.message); }
}

function makeModes(section) {
  const row = section.querySelector(".modes");
  for (const mode of MODES) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = mode;
    button.dataset.mode = mode;
    button.addEventListener("click", () => press(`${section.dataset.point}/behaviour`, { mode }));
    row.append(button);
  }
}

function put(card, selector, text) {
  const element = card.querySelector(selector);
  if (element.textContent !== text) element.textContent = text;
}

function makeCard(point, call) {
  const card = document.getElementById("call").content.firstElementChild.cloneNode(true);
  for (const button of card.querySelectorAll("[data-act]")) {
    const order = { call_id: call.sip_call_id };
    if (button.dataset.digits) order.digits = button.dataset.digits;
    button.addEventListener("click", () => press(`${point}/${button.dataset.act}`, order));
  }
  card.querySelector("pre").textContent = call.raw_invite;
  const when = card.querySelector("time");
  when.dateTime = call.received_at;
  when.textContent = new Date(call.received_at).toLocaleTimeString();
  for (const comment of call.comments) {
    const item = document.createElement("li");
    item.textContent = comment;
    card.querySelector(".comments").append(item);
  }
  const civic = call.civic || {};
  put(card, ".address", call.formatted || "No location came with this call");
  card.querySelector(".address").classList.toggle("none", !call.formatted);
  put(card, ".spot", SPOT.filter(([key]) => civic[key]).map(([key, name]) => `${name} ${civic[key]}`.trim()).join(" · "));
  put(card, ".number", call.callback_number || "none");
  put(card, ".point", call.point ? call.point.map((degrees) => degrees.toFixed(5)).join(", ") : "none");
  put(card, ".name", call.call_id);
  return card;
}

function update(card, call) {
  card.dataset.state = call.state;
  put(card, ".state", call.state);
  const tones = Object.entries(call.heard.tones).map(([hz, seconds]) => `${hz} Hz ${seconds} s`).join(", ");
  put(card, ".heard", `${call.heard.seconds.toFixed(0)} s${tones ? `: ${tones}` : ""}`);
  card.querySelector("[data-act=hangup]").hidden = !LIVE.includes(call.state);
  const atPhone = card.closest("[data-point=phone]") !== null;
  for (const key of card.querySelectorAll("[data-act=press]")) key.hidden = !atPhone || !LIVE.includes(call.state);
  card.querySelector("[data-act=callback]").hidden = atPhone || !call.callback_number || LIVE.includes(call.state);
}

function showCalls(section, calls) {
  const list = section.querySelector(".calls");
  const present = new Set();
  for (const call of calls) {
    const key = `${section.dataset.point} ${call.sip_call_id} ${call.received_at}`;
    present.add(key);
    if (!shown.has(key)) {
      shown.set(key, makeCard(section.dataset.point, call));
      list.prepend(shown.get(key));
    }
    update(shown.get(key), call);
  }
  for (const [key, card] of shown) {
    if (key.startsWith(`${section.dataset.point} `) && !present.has(key)) {
      card.remove();
      shown.delete(key);
    }
  }
}

async function refresh() {
  for (const section of document.querySelectorAll(".station")) {
    const point = section.dataset.point;
    const [calls, behaviour] = await Promise.all([ask(`${point}/calls`), ask(`${point}/behaviour`)]);
    showCalls(section, calls);
    for (const button of section.querySelectorAll("[data-mode]")) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === behaviour.mode));
    }
  }
}

async function live() {
  try { await refresh(); tell("live"); } catch (error) { tell(`the lab does not answer: ${error.message}`); }
  setTimeout(live, 1000);
}

document.querySelectorAll(".station").forEach(makeModes);
live();
