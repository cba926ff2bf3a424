// Questions to the dispatcher: JSON there and back, a cookie shows who asks.

const PATIENCE = 10_000;

/** The server said no: `status` says why, 0 when there was no answer at all. */
export class Refused extends Error {
  constructor(status, why, retryAfter = 0) {
    super(why);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** Sends an object and returns the answer's, which may take `patience` milliseconds. Throws Refused. */
export async function post(path, document, patience = PATIENCE) {
  const body = JSON.stringify(document);
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body }, patience);
}

/** Reads an object. Throws Refused. */
export async function get(path) {
  return ask(path, {});
}

/** Reads bytes. Throws Refused. */
export async function bytes(path) {
  return (await answered(path, {})).arrayBuffer();
}

async function ask(path, options, patience = PATIENCE) {
  const answer = await answered(path, options, patience);
  try {
    return await answer.json();
  } catch {
    throw new Refused(0, "no JSON");
  }
}

async function answered(path, options, patience = PATIENCE) {
  let answer;
  try {
    answer = await fetch(path, { credentials: "same-origin", signal: AbortSignal.timeout(patience), ...options });
  } catch (error) {
    throw new Refused(0, String(error));
  }
  if (!answer.ok) throw await refusal(answer);
  return answer;
}

/** The refusal an answer is. */
export async function refusal(answer) {
  let why = answer.statusText;
  try {
    why = (await answer.json()).error ?? why;
  } catch {
    why = `${why} (${answer.status})`;
  }
  return new Refused(answer.status, why, Number(answer.headers.get("Retry-After")) || 0);
}
