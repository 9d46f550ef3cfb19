// Several options to tap.

function selecting(list) {
  var picks = all(".pick", list), verdict = list.parentNode.insertBefore(status(), list.nextSibling);
  function taken() { return picks.filter(pressed).map(letter); }
  if (back) {
    reveal(list, last ? last.taken : null, verdict);
    return;
  }
  picks.forEach(function (pick) {
    press(pick, false);
    pick.onclick = function () {
      press(pick, !pressed(pick));
      keep({ taken: taken() });
    };
  });
  var row = offer(list, function () {
    if (taken().length === 0) return say(verdict, "ask", "Tap every statement that is true, then check.");
    reveal(list, taken(), verdict);
    row.remove();
  });
}

// Shows which options are right and why; if some were taken, which of them rightly.
function reveal(list, taken, verdict) {
  var options = all(".option", list), missed = 0;
  options.forEach(function (option) {
    var pick = option.querySelector(".pick"), right = pick.dataset.credit === "1";
    var mine = taken !== null && taken.indexOf(letter(pick)) >= 0;
    if (taken !== null && mine !== right) missed++;
    press(pick, mine);
    pick.disabled = true;
    option.classList.add("told");
    if (right || mine) option.classList.add(right ? "right" : "wrong");
    if (mine) mark(option, "Your choice. ");
    else if (taken !== null && right) mark(option, "You missed this one. ");
    shown(option.querySelector(".feedback"));
  });
  if (taken === null) return;
  var told = "You judged " + (options.length - missed) + " of " + options.length + " rightly.";
  say(verdict, missed ? "wrong" : "right", missed ? told : "Right!");
}

all(".options").forEach(selecting);
