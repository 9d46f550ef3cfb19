// What is typed, and what it is told.

var ORDINAL = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
var LABELS = { right: "Right!", follows: "It follows from your answers above, so only what went wrong there counts." };

// What typed answers are told that come from known slips, and the values that those lead to.
function slipsIn(box) {
  var said = all("template.slip", box);
  return { said: said, values: said.map(function (slip) { return JSON.parse(slip.dataset.value); }) };
}

// Hears of every change of an input, and whether it was entered.
function listen(input, check, heard) {
  if (check.kind === "expression") input.placeholder = "with " + Object.keys(check.vocabulary.names).join(", ");
  if (check.kind === "integer") input.inputMode = "decimal";
  if (!single(check)) input.placeholder = flat(check.value).length > 1 ? "numbers in order" : "";
  input.oninput = function () { heard(false); };
  input.onkeydown = function (event) {
    event.stopPropagation();
    if (event.key !== "Enter" || input.value.trim() === "") return;
    event.preventDefault();
    heard(true);
  };
}

// Says what was found of a typed text; `again` is called with the reading that was meant, if that was asked.
function verdictOn(verdict, found, check, typed, slips, again) {
  verdict.className = "verdict " + found.state;
  verdict.textContent = "";
  if (found.state === "empty") return;
  if (back) verdict.appendChild(made("span", "typed", "You typed " + typed.trim() + ". "));
  verdict.appendChild(made("span", "", worded(found, check)));
  if (found.state === "slip") {
    verdict.appendChild(slips[found.slip].content.cloneNode(true).querySelector(back ? ".told" : ".named"));
  }
  if (found.state === "ask") verdict.appendChild(meanings(found.readings, again));
  typeset(verdict);
}

function worded(found, check) {
  switch (found.state) {
    case "right": case "follows": return LABELS[found.state];
    case "slip": return back ? "" : "Not yet. ";
    case "ask": return "Which number do you mean?";
    case "unclear": if (found.says) return found.says;
      if (check.kind === "letter") return "Please type one letter.";
      return single(check) ? "Please type a number, such as 1,250 or 0.5." : "Please type numbers, such as " + example(check) + ".";
    case "count": return found.given + (found.given === 1 ? " number" : " numbers") + ", and the answer has " + found.wanted + ".";
  }
  if (single(check) || found.first >= ORDINAL.length || flat(check.value).length === 1) return notYet();
  return notYet() + " Look at the " + ORDINAL[found.first] + " number.";
}

function notYet() {
  if (back) return "Not right this time.";
  return card.classList.contains("drill") ? "Not yet. Try again, take a hint, or turn the card." : "Not yet.";
}

function example(check) {
  return check.kind.indexOf("shape") === 0 ? "28 × 28 × 16" : "0.5, -0.25";
}

function meanings(numbers, again) {
  var row = made("div", "row");
  numbers.forEach(function (number, place) {
    var text = number.toLocaleString("en-US", { maximumFractionDigits: 20 });
    row.appendChild(button("meant", text, function () { again(place); }));
  });
  return row;
}
