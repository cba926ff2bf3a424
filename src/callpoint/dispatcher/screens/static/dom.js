// Elements without a line of HTML in a string: whatever a caller is named, it is shown as text.

/** An element with properties, `data-` and `aria-` attributes as they are written, and children (texts or elements). */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("data-") || name.startsWith("aria-") || name === "role" || name === "lang" || name === "for") {
      element.setAttribute(name, String(value));
    } else if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else {
      element[name] = value;
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** The element of that id, which the page has. */
export function byId(id) {
  return document.getElementById(id);
}

/** Shows or hides. */
export function show(element, shown) {
  element.hidden = !shown;
}

/** Sets a text only where it is another, so that screen readers are not told again of what has not changed. */
export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** What the browser keeps for this page; a browser that keeps nothing is served all the same. */
export const kept = {
  get(name) {
    try {
      return localStorage.getItem(`callpoint.${name}`) ?? "";
    } catch {
      return "";
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(`callpoint.${name}`, value);
    } catch {
      return;
    }
  },
};
