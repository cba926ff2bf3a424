// The alerts as the stream tells them, folded; knows nothing of how they are shown.

const EVENTS = {
  updated(story, data) {
    Object.assign(story.call, data.call);
    if (data.state) story.state = data.state;
    story.state_at = data.at;
    add(story.steps, data);
  },
  notice(story, data) {
    const name = data.key || `${data.channel}/${data.recipient}`;
    const index = story.notices.findIndex((one) => (one.key || `${one.channel}/${one.recipient}`) === name);
    if (index < 0) story.notices.push(data);
    else story.notices[index] = data;
  },
  acknowledged(story, data) {
    add(story.acknowledged, data);
  },
  escalated(story, data) {
    add(story.escalated, data);
  },
  chat(story, data) {
    add(story.chat, data);
  },
  monitor(story, data) {
    const here = data.step === "listening" || data.step === "joined";
    const gone = here || data.step === "left" || data.step === "failed";
    if (gone) story.listeners = story.listeners.filter((one) => one.by !== data.by);
    if (here && data.by) story.listeners.push(data);
    if (data.step === "released") story.listeners = [];
  },
  closed(story, data) {
    story.closed_at = data.at;
  },
};

function add(lines, line) {
  const same = (one) => one.at === line.at && one.by === line.by && one.text === line.text && one.state === line.state;
  if (!lines.some((one) => same(one) && one.group === line.group)) lines.push(line);
}

function whole(data) {
  const empty = { state: "", state_at: "", closed_at: "" };
  const lists = { steps: [], acknowledged: [], escalated: [], chat: [], notices: [], listeners: [] };
  return { ...empty, ...lists, ...data, call: { ...data.call } };
}

export class Stories {
  #stories = new Map();

  /** All of them, oldest first. */
  all() {
    return [...this.#stories.values()];
  }

  get(alert) {
    return this.#stories.get(alert);
  }

  /** Takes an event; returns `{story, isNew}` where it concerned one, null otherwise. */
  take(name, data) {
    if (name === "state") {
      this.#replace(data.alerts);
      return null;
    }
    if (name === "alert") {
      const isNew = !this.#stories.has(data.alert);
      if (isNew || "state" in data) this.#put(whole(data));
      return { story: this.#stories.get(data.alert), isNew };
    }
    const story = this.#stories.get(data?.alert);
    if (!story || !EVENTS[name]) return null;
    EVENTS[name](story, data);
    return { story, isNew: false };
  }

  remove(alert) {
    this.#stories.delete(alert);
  }

  clear() {
    this.#stories.clear();
  }

  /** What is open now stands in `alerts`; what is not there any more is over. */
  #replace(alerts) {
    const now = new Map(alerts.map((data) => [data.alert, whole(data)]));
    for (const story of this.#stories.values()) {
      if (!now.has(story.alert)) story.closed_at ||= new Date().toISOString();
    }
    for (const story of now.values()) this.#put(story);
  }

  #put(story) {
    // What the people of this screen have just pressed is not undone by what the server knew before.
    story.pending = this.#stories.get(story.alert)?.pending ?? false;
    this.#stories.set(story.alert, story);
  }
}

/** Whether it is to cover the screen and sound: nobody sees to it yet, and it is not meant to be quiet. */
export function demands(story) {
  return !story.quiet && !story.closed_at && !story.acknowledged.length && !story.pending;
}

/** Whether nobody speaks any more. */
export function isOver(story) {
  return Boolean(story.closed_at) || story.state === "ended" || story.state === "cleared";
}

/** Whether it is about a call, which has an end. */
export function hasCall(story) {
  return Boolean(story.call.call_id) && !story.alert.includes("/");
}
