// The page of a card: hints in stages, a typed answer, options to tap, a solution line by line.

var STORE = "netdrill:";
var card = document.querySelector(".netdrill");

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

// Typeset what was put in after the page was. On the way in, the page's own pass does it.
function typeset(element) {
  if (!window.MathJax || !MathJax.typesetPromise || !/\\[([]/.test(element.textContent)) return;
  var ready = MathJax.startup && MathJax.startup.promise ? MathJax.startup.promise : Promise.resolve();
  ready.then(function () { return MathJax.typesetPromise([element]); }).catch(function () {});
}

function shown(element) {
  element.classList.remove("later");
}

// --- from the front to the back: in the session's storage, and in the window where that does not work ---

function keep(value) {
  window.netdrillKept = { id: card.dataset.id, value: value };
  try { sessionStorage.setItem(STORE + card.dataset.id, JSON.stringify(value)); } catch (refused) { /* the window has it */ }
}

function kept() {
  try {
    var found = JSON.parse(sessionStorage.getItem(STORE + card.dataset.id));
    if (found) return found;
  } catch (refused) { /* see below */ }
  var last = window.netdrillKept;
  return last && last.id === card.dataset.id ? last.value : null;
}

function forget() {
  window.netdrillKept = null;
  try { sessionStorage.removeItem(STORE + card.dataset.id); } catch (refused) { /* nothing is there */ }
}

// --- hints ---

function stageHints(box) {
  var hints = all(".hint", box), row = made("div", "row");
  hints.forEach(function (hint, place) {
    var name = "Hint " + (place + 1);
    var show = button("ask", name, function () {
      shown(hint);
      hint.setAttribute("aria-label", name);
      show.disabled = true;
      if (row.children[place + 1]) row.children[place + 1].disabled = false;
    });
    show.disabled = place > 0;
    row.appendChild(show);
  });
  box.insertBefore(row, box.firstChild);
}

// --- a typed answer ---

var NOT_YET = { front: "Not yet. Try again, take a hint, or turn the card.", back: "Not right this time." };
var ORDINAL = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

function typing(box) {
  var check = JSON.parse(box.dataset.check), slips = all("template.slip", box);
  var values = slips.map(function (slip) { return JSON.parse(slip.dataset.value); });
  var side = card.classList.contains("back") ? "back" : "front";
  var verdict = box.querySelector(".verdict"), early = true;

  function tell(typed, choice) {
    var found = judge(typed, check, values, choice);
    verdict.className = "verdict " + found.state;
    verdict.textContent = "";
    if (found.state === "empty") return;
    if (side === "back") verdict.appendChild(made("span", "typed", "You typed " + typed.trim() + ". "));
    verdict.appendChild(made("span", "", worded(found)));
    if (found.state === "slip") explain(found.slip);
    if (found.state === "ask") ask(typed, found.readings);
    if (!early) typeset(verdict);
  }

  function worded(found) {
    switch (found.state) {
      case "right": return "Right!";
      case "slip": return side === "front" ? "Not yet. " : "";
      case "ask": return "Which number do you mean?";
      case "unclear": return single(check) ? "Please type a number, such as 1,250 or 0.5." : "Please type numbers, such as " + example() + ".";
      case "count": return found.given + (found.given === 1 ? " number" : " numbers") + ", and the answer has " + found.wanted + ".";
    }
    if (single(check) || found.first >= ORDINAL.length || flat(check.value).length === 1) return NOT_YET[side];
    return NOT_YET[side] + " Look at the " + ORDINAL[found.first] + " number.";
  }

  function example() {
    return check.kind.indexOf("shape") === 0 ? "28 × 28 × 16" : "0.5, -0.25";
  }

  function explain(place) {
    var said = slips[place].content.cloneNode(true);
    verdict.appendChild(said.querySelector(side === "front" ? ".named" : ".told"));
  }

  function ask(typed, numbers) {
    var row = made("div", "row");
    numbers.forEach(function (number, place) {
      var text = number.toLocaleString("en-US", { maximumFractionDigits: 20 });
      row.appendChild(button("meant", text, function () {
        keep({ typed: typed, choice: place });
        tell(typed, place);
      }));
    });
    verdict.appendChild(row);
  }

  if (side === "back") {
    var last = kept();
    if (last) tell(last.typed, last.choice);
  } else {
    forget();
    shown(box);
    listen(box, check, tell);
  }
  early = false;
}

function listen(box, check, tell) {
  var input = box.querySelector("input");
  if (check.kind === "integer") input.inputMode = "decimal";
  if (!single(check)) input.placeholder = flat(check.value).length > 1 ? "numbers in order" : "";
  input.oninput = function () {
    keep({ typed: input.value, choice: null });
    tell("", null);
  };
  input.onkeydown = function (event) {
    event.stopPropagation();
    if (event.key !== "Enter" || input.value.trim() === "") return;
    event.preventDefault();
    tell(input.value, null);
  };
  box.querySelector("button.check").onclick = function () { tell(input.value, null); };
}

// --- options to tap ---

function picking(list) {
  all(".option", list).forEach(function (option) {
    var pick = option.querySelector(".pick"), right = pick.dataset.credit === "1";
    pick.onclick = function () {
      keep({ picked: pick.querySelector(".letter").textContent });
      mark(option, right);
    };
  });
}

function mark(option, right) {
  option.classList.add(right ? "right" : "wrong");
  var feedback = option.querySelector(".feedback");
  if (!right && !feedback.querySelector(".mark")) feedback.insertBefore(made("b", "mark", "Not this one. "), feedback.firstChild);
  shown(feedback);
}

function resolve(list) {
  var last = kept();
  all(".option", list).forEach(function (option) {
    var pick = option.querySelector(".pick");
    pick.disabled = true;
    if (last && last.picked === pick.querySelector(".letter").textContent) {
      var feedback = option.querySelector(".feedback");
      feedback.insertBefore(made("b", "mark", "Your choice. "), feedback.firstChild);
    }
  });
}

// --- the solution, line by line ---

function stageLines(list) {
  var rest = all(".line", list).concat(all(".solution .more"));
  if (rest.length < 2) return;
  rest.forEach(function (line) { line.classList.add("later"); });
  var row = made("div", "row");
  var next = button("ask", "Next line", function () {
    shown(rest.shift());
    if (rest.length === 0) row.remove();
  });
  row.appendChild(next);
  row.appendChild(button("ask", "All lines", function () {
    rest.splice(0).forEach(shown);
    row.remove();
  }));
  list.parentNode.insertBefore(row, list.nextSibling);
}

if (card) {
  all(".hints").forEach(stageHints);
  all(".typing").forEach(typing);
  all(".front .options").forEach(picking);
  all(".front .options").forEach(forget);
  all(".back .options").forEach(resolve);
  if (card.classList.contains("drill")) all(".back .lines").forEach(stageLines);
}
