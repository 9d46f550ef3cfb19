// An answer in words, and points to tick.

function writing(box) {
  if (back) {
    if (last && last.written.trim()) {
      box.appendChild(made("h2", "", "You wrote"));
      box.appendChild(made("p", "written", last.written));
    }
    return;
  }
  var text = made("textarea", "tappable");
  text.rows = 5;
  text.setAttribute("aria-label", "Your answer");
  text.placeholder = "Your answer, if you want to write it down";
  text.oninput = function () { keep({ written: text.value }); };
  text.onkeydown = function (event) { event.stopPropagation(); };
  box.appendChild(text);
}

// Points to tick, added up.
function ticking(list) {
  var picks = all(".pick", list), verdict = list.parentNode.insertBefore(status(), list.nextSibling);
  function worth(some) {
    var sum = some.reduce(function (total, pick) { return total + Number(pick.parentNode.dataset.points); }, 0);
    return Number(sum.toFixed(2));
  }
  function total() {
    say(verdict, "", worth(picks.filter(pressed)) + " of " + worth(picks) + " points");
  }
  picks.forEach(function (pick) {
    press(pick, false);
    pick.onclick = function () {
      press(pick, !pressed(pick));
      total();
    };
  });
  total();
}

all(".writing").forEach(writing);
all(".rubric").forEach(ticking);
