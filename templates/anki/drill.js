// A typed answer, and the solution line by line.

function typing(box) {
  var check = JSON.parse(box.dataset.check), slips = slipsIn(box), verdict = box.querySelector(".verdict");
  var judged = check.kind === "expression" ? judgeExpression : judge;

  function tell(typed, choice) {
    verdictOn(verdict, judged(typed, check, slips.values, choice), check, typed, slips.said, function (place) {
      keep({ typed: typed, choice: place });
      tell(typed, place);
    });
  }

  if (back) {
    if (last) tell(last.typed, last.choice);
    return;
  }
  shown(box);
  var input = box.querySelector("input");
  listen(input, check, function (entered) {
    keep({ typed: input.value, choice: null });
    tell(entered ? input.value : "", null);
  });
  box.querySelector("button.check").onclick = function () { tell(input.value, null); };
}

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

all(".typing").forEach(typing);
all(".back .lines").forEach(stageLines);
