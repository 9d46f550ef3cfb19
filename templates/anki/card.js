// What all cards share: typesetting, what is kept for the back, hints in stages.

var STORE = "netdrill:";
var card = document.querySelector(".netdrill");
var back = card.classList.contains("back"), last = back ? kept() : null; // what was done on the front
var early = true;

// Typeset what was put in after the page was. On the way in, the page's own pass does it.
function typeset(element) {
  if (early || !window.MathJax || !MathJax.typesetPromise || !/\\[([]/.test(element.textContent)) return;
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
  var held = window.netdrillKept;
  return held && held.id === card.dataset.id ? held.value : null;
}

function forget() {
  window.netdrillKept = null;
  try { sessionStorage.removeItem(STORE + card.dataset.id); } catch (refused) { /* nothing is there */ }
}

// --- checking ---

// A button that checks, below a list.
function offer(list, onclick) {
  var row = made("div", "row");
  row.appendChild(button("check", "Check", onclick));
  list.parentNode.insertBefore(row, list.nextSibling);
  return row;
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

if (!back) forget();
all(".hints").forEach(stageHints);
