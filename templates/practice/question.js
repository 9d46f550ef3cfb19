// The frame of a question: checking, hints and lines one at a time, the solution.

// Shows only so many lines of a working; all of it if there are no more.
function stage(section, count) {
  var solution = section.querySelector(".solution"), lines = all(".line", solution);
  solution.classList.toggle("staged", count < lines.length);
  lines.forEach(function (line, place) { line.hidden = place >= count; });
}

function hinting(section, past) {
  var hints = all(".hint", section);
  function show() {
    hints.forEach(function (hint, place) { hint.hidden = place > (past.hints || 0); });
  }
  hints.forEach(function (hint, place) {
    hint.open = place < (past.hints || 0);
    hint.addEventListener("toggle", function () {
      if (!hint.open || place < (past.hints || 0)) return;
      past.hints = place + 1;
      show();
      keep();
    });
  });
  show();
}

// What earns points; only what comes before the solution is seen does, unless learners judge themselves.
function earning(past, judging) {
  return function (share) {
    past.tries = (past.tries || 0) + 1;
    if (!judging || !past.seen) past.share = judging ? Math.max(share, past.share || 0) : share;
    past.first = past.share === 1 && (past.first || past.tries === 1);
    keep();
  };
}

// The buttons that show the solution, a line at a time or the whole. `name` is what the whole is called.
function solving(section, past, name, staged) {
  var solution = section.querySelector(".solution"), lines = all(".line", solution), row = made("div", "row");
  var whole = button("ask", name, function () { open(past.open ? 0 : Infinity); });
  var next = button("ask", "", function () { open((past.lines || 0) + 1); });

  function open(lines) {
    past.open = lines === Infinity;
    if (lines && staged && past.share !== 1) past.seen = true;
    if (lines && lines !== Infinity) past.lines = lines;
    show();
    keep();
  }

  function show() {
    var left = lines.length - (past.lines || 0);
    stage(section, past.open ? Infinity : past.lines || 0);
    solution.open = !!(past.open || past.lines);
    whole.textContent = past.open ? "Hide the solution" : name;
    next.textContent = past.lines ? "Show next line" : "Show first line";
    next.hidden = past.open || left < 1;
  }

  if (staged && lines.length > 1) row.appendChild(next);
  row.appendChild(whole);
  show();
  return row;
}

function asking(section, past) {
  var box = section.querySelector(".answering");
  var judging = JUDGED[box.dataset.response], response = (judging || writing)(box), earned = earning(past, judging);
  function remember() {
    past.given = response.given();
    keep();
  }
  box.onsubmit = function (event) {
    event.preventDefault();
    if (!judging) return;
    var share = response.judge();
    remember();
    if (share !== null) earned(share);
  };
  // What was given before; forgotten if it does not fit the question any more.
  function again() {
    try {
      response.fill(past.given);
      if (past.tries && judging) response.judge();
    } catch (unfit) {
      Object.keys(past).forEach(function (name) { delete past[name]; });
    }
  }
  box.addEventListener("input", remember);
  box.addEventListener("change", remember);

  if (past.given !== undefined) again();
  hinting(section, past);
  var rated = section.querySelector(".rubric");
  if (rated) rubric(section, earned, past);
  else if (!judging) own(section, earned, past);
  var name = judging ? "Solution" : rated ? "Compare with a model answer" : "Show the answer";
  var row = solving(section, past, name, !!judging);
  if (judging) row.insertBefore(made("button", "check", "Check"), row.firstChild); // submits
  box.insertBefore(row, verdictOf(box));
}

// What is too wide scrolls within its own box, which the keyboard must be able to reach.
function reach(within) {
  var boxes = all("pre, p, li > *, figure, .steps, .says, .answer, table, .math, .feedback, .verdict", within);
  var wide = boxes.filter(function (each) { return each.scrollWidth > each.clientWidth + 1; }); // all are measured first
  wide.forEach(function (each) { if (getComputedStyle(each).overflowX === "auto") each.tabIndex = 0; });
}

document.body.classList.add("scripted");
all(".question").forEach(function (section) {
  var id = section.dataset.id;
  asking(section, progress[id] = progress[id] || {});
});
var tools = document.querySelector(".tools");
tools.appendChild(button("ask", "Print", function () { printed(false); }));
tools.appendChild(button("ask", "Print with solutions", function () { printed(true); }));
tools.appendChild(button("ask", "Start again", startAgain));
document.querySelector(".score").hidden = false;
add();
reach(card);
addEventListener("resize", function () { reach(card); });
card.addEventListener("toggle", function (event) { if (event.target.open) reach(event.target); }, true);
