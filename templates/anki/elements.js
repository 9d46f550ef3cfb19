// Finding and making elements. Where nothing else is said, they are looked for within `card`.

function all(selector, within) {
  return Array.prototype.slice.call((within || card).querySelectorAll(selector));
}

function made(tag, className, text) {
  var found = document.createElement(tag);
  found.className = className;
  found.textContent = text || "";
  return found;
}

function button(className, text, onclick) {
  var found = made("button", className + " tappable", text);
  found.type = "button";
  found.onclick = onclick;
  return found;
}

// --- a verdict ---

function status() {
  var found = made("div", "verdict");
  found.setAttribute("role", "status");
  found.setAttribute("aria-live", "polite");
  return found;
}

function say(verdict, state, text) {
  verdict.className = "verdict " + state;
  verdict.textContent = text;
}
