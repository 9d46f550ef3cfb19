// Several blanks to fill in. What one of them is told may depend on all of them.

function filling(box) {
  var blanks = all(".blank", box), slips = slipsIn(box);
  var checks = blanks.map(function (blank) { return JSON.parse(blank.dataset.check); });
  var verdicts = blanks.map(function (blank) { return blank.appendChild(status()); });

  function tell(typed, choices) {
    judgeAll(typed, checks, slips.values, choices).forEach(function (found, place) {
      verdictOn(verdicts[place], found, checks[place], typed[place], slips.said, function (choice) {
        choices[place] = choice;
        keep({ typed: typed, choices: choices });
        tell(typed, choices);
      });
    });
  }

  if (!back) return fill(blanks, checks, verdicts, tell, box);
  if (last) tell(last.typed, last.choices);
}

// An input for every blank, and a button that checks them all.
function fill(blanks, checks, verdicts, tell, box) {
  var choices = blanks.map(function () { return null; });
  var inputs = blanks.map(function (blank, place) {
    var input = blank.insertBefore(made("input", "tappable"), verdicts[place]), label = blank.querySelector(".says");
    label.id = "netdrill-blank" + place;
    input.setAttribute("aria-labelledby", label.id);
    input.setAttribute("autocapitalize", "off");
    input.autocomplete = "off";
    input.spellcheck = false;
    listen(input, checks[place], function (entered) {
      choices[place] = null;
      keep({ typed: typed(), choices: choices });
      if (entered) tell(typed(), choices);
      else say(verdicts[place], "empty", "");
    });
    return input;
  });
  function typed() { return inputs.map(function (input) { return input.value; }); }
  offer(box, function () { tell(typed(), choices); });
}

all(".filling").forEach(filling);
