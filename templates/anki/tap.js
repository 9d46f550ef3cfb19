// Options to tap.

function letter(pick) {
  return pick.querySelector(".letter").textContent;
}

// Puts a word before the feedback of an option, once.
function mark(option, text) {
  var feedback = option.querySelector(".feedback");
  if (!feedback.querySelector(".mark")) feedback.insertBefore(made("b", "mark", text), feedback.firstChild);
}

function press(pick, on) {
  pick.setAttribute("aria-pressed", on ? "true" : "false");
}

function pressed(pick) {
  return pick.getAttribute("aria-pressed") === "true";
}
