// One alert on the page: who, where, how it goes, who sees to it, and what they say to each other.

import { make, show, write } from "./dom.js";
import { rowsOf, whoOf } from "./facts.js";
import { isOver } from "./stories.js";
import { duration, has, phone, say, timeOf } from "./words.js";

/**
 * A card for a story. `actions`: `acknowledge(story)`, `chat(story, text)` (a promise), `dismiss(story)`; `extra(story)`
 * gives a part of the page's own as `{key, make()}`, or null; with `board` the steps and the trouble of notices are shown.
 */
export class Card {
  #actions;
  #parts = {};
  #number;

  static #count = 0;

  constructor(story, actions) {
    this.#actions = actions;
    this.#number = Card.#count += 1;
    this.element = make("article", { "aria-labelledby": `card-${this.#number}`, tabIndex: -1 });
    this.#build();
    this.update(story);
  }

  /** The button that acknowledges, to put the focus on. */
  get button() {
    return this.#parts.acknowledge;
  }

  /** Shows the story as it is now; what somebody is typing stays. */
  update(story) {
    const parts = this.#parts;
    this.story = story;
    const over = isOver(story);
    this.element.className = `card ${story.test ? "test" : story.type}${over ? " over" : ""}`;
    this.element.dataset.alert = story.alert;
    this.element.dataset.acknowledged = String(story.acknowledged.length > 0);
    write(parts.title, story.words.title);
    show(parts.mark, story.test);
    write(parts.mark, say("test_mark"));
    write(parts.state, say(`state_${story.state || "received"}`));
    show(parts.state, Boolean(story.call.call_id) || over);
    parts.timer.dataset.since = story.at;
    parts.timer.dataset.until = over ? story.state_at || story.closed_at : "";
    tick(parts.timer);
    this.#who(story);
    this.#own(story);
    parts.facts.replaceChildren(
      ...rowsOf(story).map(([word, content]) => make("div", {}, make("dt", {}, say(word)), make("dd", {}, content))),
    );
    this.#picture(story);
    this.#buttons(story);
    this.#people(story);
    this.#talk(story);
    this.#extra(this.#actions.extra?.(story));
  }

  /** Made anew only when something of it has changed, or a choice somebody is making would be lost. */
  #extra(extra) {
    const key = extra ? `${document.documentElement.lang} ${extra.key}` : "";
    if (this.#parts.extra.dataset.key === key) return;
    this.#parts.extra.dataset.key = key;
    this.#parts.extra.replaceChildren(...(extra ? [extra.make()] : []));
  }

  #build() {
    const parts = this.#parts;
    const id = `card-${this.#number}`;
    parts.title = make("h3", { id });
    parts.mark = make("span", { className: "mark" });
    parts.state = make("span", { className: "state", role: "status" });
    parts.timer = make("span", { className: "timer", role: "timer" });
    parts.who = make("p", { className: "who" });
    parts.callback = make("p", { className: "callback" });
    parts.own = make("div", { className: "own" });
    parts.facts = make("dl", { className: "facts" });
    parts.picture = make("div", { className: "picture" });
    parts.acknowledge = make("button", {
      type: "button",
      className: "acknowledge",
      onclick: () => this.#actions.acknowledge(this.story),
    });
    parts.trouble = make("p", { className: "trouble", role: "status" });
    parts.dismiss = make("button", { type: "button", onclick: () => this.#actions.dismiss?.(this.story) });
    parts.people = make("div", { className: "people" });
    parts.extra = make("div", { className: "extra" });
    this.#chat(id);
    this.element.append(
      make("header", {}, parts.mark, parts.title, make("p", { className: "now" }, parts.state, " ", parts.timer)),
      make("div", { className: "buttons" }, parts.acknowledge, parts.dismiss),
      parts.trouble,
      make("div", { className: "known" }, parts.who, parts.callback, parts.own, parts.facts, parts.picture),
      make("div", { className: "beside" }, parts.extra, parts.people, parts.talk),
    );
  }

  #chat(id) {
    const parts = this.#parts;
    parts.log = make("ul", { className: "log" });
    const log = make("div", { role: "log", "aria-labelledby": `${id}-talk` }, parts.log);
    parts.word = make("input", { id: `${id}-word`, maxLength: 1000, autocomplete: "off" });
    parts.label = make("label", { for: `${id}-word` });
    parts.send = make("button", { type: "submit" });
    parts.chatTitle = make("h4", { id: `${id}-talk` });
    parts.chatTrouble = make("p", { className: "trouble", role: "status" });
    const form = make("form", { onsubmit: (event) => this.#say(event) }, parts.label, parts.word, parts.send);
    parts.talk = make("section", { className: "talk" }, parts.chatTitle, log, form, parts.chatTrouble);
  }

  async #say(event) {
    event.preventDefault();
    const parts = this.#parts;
    const text = parts.word.value.trim();
    if (!text) return;
    try {
      await this.#actions.chat(this.story, text);
      parts.word.value = "";
      write(parts.chatTrouble, "");
    } catch (error) {
      write(parts.chatTrouble, say("chat_failed", { why: error.message }));
    }
  }

  #who(story) {
    const { call } = story;
    const parts = this.#parts;
    const isCall = Boolean(call.call_id);
    const known = isCall || call.person || call.device_user_id;
    write(parts.who, known ? whoOf(call) : "");
    show(parts.callback, isCall);
    const number = phone(call.callback_number ?? "");
    parts.callback.replaceChildren(
      make("span", { className: "label" }, say("callback")),
      " ",
      make("strong", {}, number || say("callback_none")),
    );
  }

  /** The organization's own words stand as they are; the built-in ones would only say again what the card says. */
  #own(story) {
    const lines = story.test && !story.words.own ? [say("test_text")] : story.words.own ? story.words.lines : [];
    this.#parts.own.replaceChildren(...lines.map((line) => make("p", {}, line)));
  }

  #picture(story) {
    const { picture } = this.#parts;
    const path = story.building?.picture ?? "";
    if (picture.dataset.path === path) return;
    picture.dataset.path = path;
    if (!path) {
      picture.replaceChildren();
      return;
    }
    const source = this.#actions.pathOf ? this.#actions.pathOf(path) : path;
    const image = make("img", { src: source, alt: say("plan", { building: story.building.name }) });
    image.addEventListener("error", () => picture.replaceChildren());
    picture.replaceChildren(make("a", { href: source, target: "_blank", rel: "noopener" }, image));
  }

  #buttons(story) {
    const parts = this.#parts;
    const seenTo = story.acknowledged.length > 0;
    const sending = story.pending && !seenTo;
    write(parts.acknowledge, say(sending ? "acknowledging" : seenTo ? "acknowledge_also" : "acknowledge"));
    parts.acknowledge.classList.toggle("main", !seenTo);
    parts.acknowledge.disabled = Boolean(story.pending);
    show(parts.acknowledge, !story.closed_at);
    write(parts.dismiss, say("dismiss"));
    show(parts.dismiss, Boolean(this.#actions.dismiss) && (Boolean(story.closed_at) || (seenTo && isOver(story))));
    write(parts.trouble, story.trouble ?? "");
  }

  #people(story) {
    const lines = story.acknowledged.map((one) => {
      const how = has(`by_${one.how}`) ? ` ${say(`by_${one.how}`)}` : "";
      return make("li", {}, make("strong", {}, one.by), `${how}, ${timeOf(one.at)}`);
    });
    const none = make("p", { className: "none" }, say("acknowledged_none"));
    const sections = [
      section("acknowledged_title", lines.length ? make("ul", {}, ...lines) : none),
      section("escalated_title", ...listOf(story.escalated, (one) => `${one.group}, ${timeOf(one.at)}`)),
      section("notices_title", ...listOf(story.notices, (one) => this.#notice(one))),
    ];
    if (this.#actions.board) {
      sections.push(section("steps_title", ...listOf(story.steps, stepText)));
      sections.push(section("reasons", ...listOf(story.call.reasons ?? [], (reason) => reason)));
    }
    this.#parts.people.replaceChildren(...sections.filter(Boolean));
  }

  #notice(one) {
    const state = has(`notice_${one.state}`) ? say(`notice_${one.state}`) : one.state;
    const channel = has(`channel_${one.channel}`) ? say(`channel_${one.channel}`) : one.channel;
    const by = one.by ? ` (${one.by})` : "";
    const trouble = this.#actions.board && one.trouble ? ` – ${one.trouble}` : "";
    return make(
      "span",
      { "data-state": one.state },
      `${one.recipient}, ${channel}: `,
      make("em", {}, state),
      `${by}, ${timeOf(one.at)}${trouble}`,
    );
  }

  #talk(story) {
    const parts = this.#parts;
    write(parts.chatTitle, say("chat_title"));
    write(parts.label, say("chat_label"));
    write(parts.send, say("chat_send"));
    // Only what is new is added: a log that is built anew would be read out anew.
    const key = `${document.documentElement.lang} ${story.alert}`;
    if (parts.log.dataset.key !== key || parts.log.childElementCount > story.chat.length) {
      parts.log.replaceChildren();
      parts.log.dataset.key = key;
    }
    for (const one of story.chat.slice(parts.log.childElementCount)) {
      parts.log.append(make("li", {}, make("strong", {}, one.by), ` ${timeOf(one.at)}: ${one.text}`));
    }
    parts.log.scrollTop = parts.log.scrollHeight;
    show(parts.log, story.chat.length > 0);
  }
}

function section(word, ...content) {
  return content.length ? make("section", {}, make("h4", {}, say(word)), ...content) : null;
}

function listOf(lines, textOf) {
  return lines.length ? [make("ul", {}, ...lines.map((one) => make("li", {}, textOf(one))))] : [];
}

function stepText(one) {
  const state = has(`state_${one.state}`) ? say(`state_${one.state}`) : one.state;
  const target = one.target && !one.by ? ` ${say("step_target", { target: one.target })}` : "";
  const by = one.by ? ` ${say("step_by", { by: has(`party_${one.by}`) ? say(`party_${one.by}`) : one.by })}` : "";
  const why = [one.reason, one.why].filter(Boolean).join(", ");
  return `${timeOf(one.at)} ${state}${target}${by}${why ? ` (${why})` : ""}`;
}

let ahead = 0;

/** The server's clock, by which everybody counts: how far it is ahead of this device. */
export function setClock(now) {
  const moment = Date.parse(now);
  if (!Number.isNaN(moment)) ahead = moment - Date.now();
}

/** Writes how long it has been since `data-since`, until `data-until` or now. */
export function tick(timer) {
  const since = Date.parse(timer.dataset.since);
  const until = timer.dataset.until ? Date.parse(timer.dataset.until) : Date.now() + ahead;
  write(timer, Number.isNaN(since) ? "" : duration((until - since) / 1000));
}

/** Has every timer of the page count. */
export function tickAll() {
  for (const timer of document.querySelectorAll(".timer")) tick(timer);
}
