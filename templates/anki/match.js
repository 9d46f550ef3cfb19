// Prompts to match with values: tap a prompt, then its value.

function matching(list) {
  var check = JSON.parse(list.dataset.check), prompts = all(".prompt"), picks = all(".pick", list);
  var asks = prompts.map(function (prompt) { return prompt.querySelector(".pick"); });
  var slots = asks.map(function (ask) { return ask.appendChild(made("span", "slot")); });
  var verdict = list.parentNode.insertBefore(status(), list.nextSibling);

  // Puts the values where they belong. The prompt that waits for one, if any does, stands out.
  function show(pairs, waits) {
    slots.forEach(function (slot, place) {
      slot.textContent = "";
      if (pairs[place] !== null) {
        all(".letter, .says", picks[pairs[place]]).forEach(function (part) { slot.appendChild(part.cloneNode(true)); });
      }
      press(asks[place], place === waits);
    });
    picks.forEach(function (pick, value) { pick.classList.toggle("used", pairs.indexOf(value) >= 0); });
  }

  function tell(pairs) {
    if (pairs.indexOf(null) >= 0) return say(verdict, "ask", "Give each of them a value first.");
    var matches = pairs.map(function (value, place) { return value === check.value[place]; });
    var right = matches.filter(Boolean).length;
    matches.forEach(function (match, place) {
      if (!back) prompts[place].classList.add(match ? "right" : "wrong");
      else if (!match) prompts[place].appendChild(made("div", "mark", "You chose " + letter(picks[pairs[place]]) + "."));
    });
    say(verdict, right === pairs.length ? "right" : "wrong", right + " of " + pairs.length + " match.");
  }

  if (!back) return pair(asks, picks, show, tell, function () {
    prompts.forEach(function (prompt) { prompt.classList.remove("right", "wrong"); });
    say(verdict, "", "");
  }, list);
  if (last && last.pairs.indexOf(null) < 0) tell(last.pairs);
  show(check.value, null);
  asks.concat(picks).forEach(function (pick) { pick.disabled = true; });
  all(".answer").forEach(function (answer) { answer.classList.add("later"); });
}

function pair(asks, picks, show, tell, clear, list) {
  var pairs = asks.map(function () { return null; }), waits = 0;

  function wait(place) {
    waits = place;
    show(pairs, waits);
  }

  // A value goes to the prompt that waits; tapped again it comes back.
  function put(value) {
    var holder = pairs.indexOf(value);
    if (holder >= 0) pairs[holder] = null;
    if (holder !== waits) pairs[waits] = value;
    clear();
    keep({ pairs: pairs });
    var open = pairs.indexOf(null);
    wait(pairs[waits] === null || open < 0 ? waits : open);
  }

  asks.forEach(function (ask, place) { ask.onclick = function () { wait(place); }; });
  picks.forEach(function (pick, value) { pick.onclick = function () { put(value); }; });
  wait(0);
  offer(list, function () { tell(pairs); });
}

all(".options").forEach(matching);
