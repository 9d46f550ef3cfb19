// What there is to answer with, by kind of response. Each takes the form of a question and says what was `given`, can
// `fill` that in again, and can `judge` it: the share of the points that it earns, null if nothing can be judged.

function verdictOf(box) {
  return box.querySelector(":scope > .verdict");
}

// A slip that is named can also be looked at in numbers.
function explain(verdict, slip) {
  var more = verdict.appendChild(made("details", "leads"));
  more.appendChild(made("summary", "", "Where that leads"));
  more.appendChild(slip.content.cloneNode(true).querySelector(".told"));
}

function tellTyped(verdict, found, check, text, slips, again) {
  verdictOn(verdict, found, check, text, slips.said, again);
  if (found.state === "slip") explain(verdict, slips.said[found.slip]);
}

function typedResponse(box) {
  var check = JSON.parse(box.dataset.check), slips = slipsIn(box), verdict = verdictOf(box), meant = null;
  var input = box.querySelector("input"), judged = check.kind === "expression" ? judgeExpression : judge;
  listen(input, check, function (entered) {
    meant = null;
    say(verdict, "", "");
    if (entered) box.requestSubmit();
  });
  if (check.kind === "expression") { // its letters are too many for a placeholder
    box.querySelector(".typing span").textContent += ", " + input.placeholder;
    input.placeholder = "";
  }
  return {
    given: function () { return { typed: input.value, meant: meant }; },
    fill: function (given) { input.value = given.typed; meant = given.meant; },
    judge: function () {
      var found = judged(input.value, check, slips.values, meant);
      tellTyped(verdict, found, check, input.value, slips, function (place) {
        meant = place;
        box.requestSubmit();
      });
      if (found.state === "empty") say(verdict, "ask", "Type an answer first.");
      return found.state === "right" ? 1 : found.state === "slip" || found.state === "wrong" ? 0 : null;
    }
  };
}

// Boxes to tick, or one of several: what they have in common.
function ticked(box, judge) {
  var options = all(".option", box), inputs = all(".option input", box);
  function clear() {
    options.forEach(function (option) { option.classList.remove("told", "right", "wrong"); });
    say(verdictOf(box), "", "");
  }
  box.addEventListener("change", clear);
  return {
    given: function () { return inputs.map(function (input) { return input.checked; }); },
    fill: function (given) { inputs.forEach(function (input, place) { input.checked = given[place]; }); },
    judge: function () {
      clear();
      return judge(options, inputs);
    }
  };
}

function letterOf(option) {
  return option.querySelector(".letter").textContent;
}

function pickedResponse(box) {
  return ticked(box, function (options, inputs) {
    var verdict = verdictOf(box), option = options[inputs.findIndex(function (input) { return input.checked; })];
    if (!option) {
      say(verdict, "ask", "Choose one first.");
      return null;
    }
    var right = option.dataset.credit === "1";
    option.classList.add(right ? "right" : "wrong");
    say(verdict, right ? "right" : "wrong", letterOf(option) + (right ? ": " : ": not this one. "));
    verdict.appendChild(option.querySelector(".feedback").cloneNode(true));
    return right ? 1 : 0;
  });
}

function severalResponse(box) {
  return ticked(box, function (options, inputs) {
    var verdict = verdictOf(box), wrong = options.filter(function (option, place) {
      return inputs[place].checked !== (option.dataset.credit === "1");
    });
    if (!inputs.some(function (input) { return input.checked; })) {
      say(verdict, "ask", "Tick at least one first.");
      return null;
    }
    inputs.forEach(function (input, place) {
      if (input.checked) options[place].classList.add("told", wrong.indexOf(options[place]) < 0 ? "right" : "wrong");
    });
    var told = "You judged " + (options.length - wrong.length) + " of " + options.length + " rightly.";
    say(verdict, wrong.length ? "wrong" : "right", wrong.length ? told : "Right!");
    return wrong.length ? 0 : 1;
  });
}

// Steps with buttons that move them up and down.
function orderResponse(box) {
  var check = JSON.parse(box.dataset.check), list = box.querySelector(".options"), steps = all(".option", list);
  var verdict = verdictOf(box);
  function order() {
    return all(".option", list).map(function (step) { return steps.indexOf(step); });
  }
  function place(step) { return order().indexOf(steps.indexOf(step)) + 1; }
  function mover(step, up) {
    var name = "Move step " + letterOf(step) + (up ? " up" : " down");
    var move = button("move", up ? "↑" : "↓", function () {
      var other = up ? step.previousElementSibling : step.nextElementSibling;
      if (!other) return;
      list.insertBefore(up ? step : other, up ? other : step);
      move.focus();
      say(verdict, "moved", "Step " + letterOf(step) + " is number " + place(step) + " of " + steps.length + ".");
      box.dispatchEvent(new Event("change"));
    });
    move.setAttribute("aria-label", name);
    return move;
  }
  steps.forEach(function (step) {
    var row = step.appendChild(made("span", "moves"));
    row.appendChild(mover(step, true));
    row.appendChild(mover(step, false));
  });
  return {
    given: order,
    fill: function (given) { given.forEach(function (step) { list.appendChild(steps[step]); }); },
    judge: function () {
      var found = judgeOrder(order(), check), right = found.state === "right";
      var early = right ? "" : "Not yet. Step " + letterOf(steps[found.early]) + " uses one that stands below it.";
      say(verdict, found.state, right ? "Right!" : early);
      return right ? 1 : 0;
    }
  };
}

function matchResponse(box) {
  var check = JSON.parse(box.dataset.check), prompts = all(".prompt", box), verdict = verdictOf(box);
  var selects = prompts.map(function (prompt) { return prompt.querySelector("select"); });
  selects.forEach(function (select) {
    all(".option", box).forEach(function (value, place) { select.add(new Option(letterOf(value), place)); });
  });
  function clear() {
    prompts.forEach(function (prompt) { prompt.classList.remove("right", "wrong"); });
    say(verdict, "", "");
  }
  box.addEventListener("change", clear);
  return {
    given: function () { return selects.map(function (select) { return select.value; }); },
    fill: function (given) { selects.forEach(function (select, place) { select.value = given[place]; }); },
    judge: function () {
      clear();
      if (selects.some(function (select) { return select.value === ""; })) {
        say(verdict, "ask", "Give each of them a value first.");
        return null;
      }
      var right = selects.filter(function (select, place) {
        var match = Number(select.value) === check.value[place];
        prompts[place].classList.add(match ? "right" : "wrong");
        return match;
      }).length;
      say(verdict, right === selects.length ? "right" : "wrong", right + " of " + selects.length + " match.");
      return right / selects.length;
    }
  };
}

// Several blanks. What follows from an answer above earns its share.
function blanksResponse(box) {
  var blanks = all(".blank", box), slips = slipsIn(box), verdict = verdictOf(box);
  var checks = blanks.map(function (blank) { return JSON.parse(blank.dataset.check); });
  var verdicts = blanks.map(function (blank) { return blank.querySelector(".verdict"); });
  var shares = blanks.map(function (blank) { return Number(blank.dataset.share) || 1; });
  var choices = blanks.map(function () { return null; });
  var inputs = blanks.map(function (blank, place) {
    var input = blank.querySelector("input");
    verdicts[place].id = box.parentNode.id + "-" + place;
    input.setAttribute("aria-describedby", verdicts[place].id);
    listen(input, checks[place], function (entered) {
      choices[place] = null;
      say(verdicts[place], "", "");
      say(verdict, "", "");
      if (entered) box.requestSubmit();
    });
    return input;
  });
  function values() { return inputs.map(function (input) { return input.value; }); }
  return {
    given: function () { return { typed: values(), choices: choices }; },
    fill: function (given) {
      inputs.forEach(function (input, place) { input.value = given.typed[place]; });
      choices = given.choices;
    },
    judge: function () {
      var found = judgeAll(values(), checks, slips.values, choices), earned = 0, right = 0, read = 0;
      found.forEach(function (each, place) {
        tellTyped(verdicts[place], each, checks[place], inputs[place].value, slips, function (choice) {
          choices[place] = choice;
          box.requestSubmit();
        });
        if (each.state === "right" || each.state === "follows") {
          earned += shares[place];
          right++;
        }
        if (["right", "follows", "slip", "wrong"].indexOf(each.state) >= 0) read++;
      });
      if (!read) {
        say(verdict, "ask", "Fill in at least one first.");
        return null;
      }
      say(verdict, right === blanks.length ? "right" : "wrong", right + " of " + blanks.length + " count as right.");
      return right === blanks.length ? 1 : earned / shares.reduce(function (sum, share) { return sum + share; }, 0);
    }
  };
}

// --- what learners judge themselves, once they have seen the answer ---

function writing(box) {
  var text = box.querySelector("textarea");
  return {
    given: function () { return text ? text.value : ""; },
    fill: function (given) { if (text) text.value = given; }
  };
}

// Points of a rubric to tick.
function rubric(section, earned, past) {
  var points = all(".rubric label", section), verdict = section.querySelector(".rubric").appendChild(status());
  var ticks = points.map(function (point) { return point.querySelector("input"); });
  function worth(some) { return some.reduce(function (sum, point) { return sum + Number(point.dataset.points); }, 0); }
  function total() {
    var got = worth(points.filter(function (point, place) { return ticks[place].checked; }));
    say(verdict, "", rounded(got) + " of " + rounded(worth(points)) + " points");
    return got / worth(points);
  }
  ticks.forEach(function (tick, place) {
    tick.checked = !!(past.ticks && past.ticks[place]);
    tick.onchange = function () {
      past.ticks = ticks.map(function (each) { return each.checked; });
      earned(total());
    };
  });
  total();
}

// One's own verdict on a card that is turned over, and on an answer that no program can read.
function own(section, earned, past) {
  var row = section.querySelector(".answer").appendChild(made("div", "row own"));
  var choices = { "I had it": 1, "Not yet": 0 };
  var buttons = Object.keys(choices).map(function (text) {
    return row.appendChild(button("ask", text, function () {
      earned(choices[text]);
      show();
    }));
  });
  function show() {
    buttons.forEach(function (each) {
      each.setAttribute("aria-pressed", past.tries > 0 && past.share === choices[each.textContent] ? "true" : "false");
    });
  }
  show();
}

var JUDGED = {
  typed: typedResponse, one: pickedResponse, many: severalResponse, order: orderResponse, match: matchResponse,
  blanks: blanksResponse
};
