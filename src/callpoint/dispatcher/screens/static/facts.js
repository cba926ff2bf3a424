// What is known of a call, as rows of a list.

import { make } from "./dom.js";
import { phone, say } from "./words.js";

const MAP = "https://www.openstreetmap.org/";

/** Who calls, as far as anybody knows. */
export function whoOf(call) {
  if (call.person && call.device_user_id && call.person !== call.device_user_id) {
    return `${call.person} (${call.device_user_id})`;
  }
  return call.person || call.device_user_id || phone(call.caller_number ?? "") || say("unknown_caller");
}

/** Building, floor and room in one line, else the address. */
export function whereOf(story) {
  const { call } = story;
  const building = story.building?.name || call.building;
  const inside = [call.floor && `${say("floor")} ${call.floor}`, call.room && `${say("room")} ${call.room}`];
  const place = [building, ...inside].filter(Boolean).join(", ");
  return building ? place : call.location || call.location_unsure || "";
}

/** Where the call goes; of a call back, which PSAP it comes from. */
export function destinationOf(story) {
  const { call } = story;
  if (!call.call_id || isCallback(story)) return call.psap ?? "";
  return call.direct ? call.psap : say("relay");
}

function isCallback(story) {
  return story.type === "psap_callback";
}

/** The rows: `[word, content]` with content a text or an element; what is not known is left out. */
export function rowsOf(story) {
  const { call } = story;
  const isCall = Boolean(call.call_id);
  // The address a call back comes from and the ID of the call it answers say nothing to people.
  const forMachines = isCallback(story);
  const rows = [
    ["building", story.building?.name || call.building],
    ["floor", call.floor],
    ["unit", call.unit],
    ["room", call.room],
    ["directions", story.building?.directions],
    ["location", call.location || (isCall && !call.location_unsure ? say("location_none") : "")],
    ["unsure", call.location_unsure],
    ["note", call.note],
    [forMachines ? "called_back_by" : "destination", destinationOf(story)],
    ["cost", call.cost ? `${call.cost} ${call.currency}` : ""],
    ["calls_from", forMachines || call.caller_number === call.callback_number ? "" : phone(call.caller_number ?? "")],
    ["about", forMachines ? "" : call.about],
    ["point", pointOf(call.point ?? story.building?.point)],
  ];
  return rows.filter(([, content]) => content);
}

function pointOf(point) {
  if (!point) return null;
  const [latitude, longitude] = point.map((degrees) => Number(degrees).toFixed(5));
  const href = `${MAP}?mlat=${latitude}&mlon=${longitude}#map=18/${latitude}/${longitude}`;
  const link = make("a", { href, target: "_blank", rel: "noreferrer noopener" }, say("map"));
  return make("span", {}, `${latitude}, ${longitude} · `, link);
}
