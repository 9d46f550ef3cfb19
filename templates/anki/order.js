// Steps to tap in their order. Any order is right in which every step comes after those that it uses.

function ordering(list) {
  var check = JSON.parse(list.dataset.check), picks = all(".pick", list), order = [];
  var verdict = list.parentNode.insertBefore(status(), list.nextSibling);
  var places = picks.map(function (pick) { return pick.insertBefore(made("span", "place"), pick.firstChild); });

  function number(order) {
    places.forEach(function (place, step) {
      var at = order.indexOf(step);
      place.textContent = at < 0 ? "" : at + 1 + ".";
      press(picks[step], at >= 0);
    });
  }

  function tell(order) {
    var found = judgeOrder(order, check);
    if (found.state === "some") return say(verdict, "ask", "Tap every step, in the order of the working.");
    var told = back ? "Your order: " + order.map(function (step) { return letter(picks[step]); }).join(", ") + ". " : "";
    if (found.state === "right") return say(verdict, "right", told + "Right!");
    var early = "Step " + letter(picks[found.early]) + " uses one that you put after it.";
    say(verdict, "wrong", (told || "Not yet. ") + early);
  }

  number(order);
  if (back) {
    if (last && last.order.length === picks.length) tell(last.order);
    number(check.value);
    check.value.forEach(function (step) { list.appendChild(picks[step].parentNode); });
    picks.forEach(function (pick) { pick.disabled = true; });
    return;
  }
  picks.forEach(function (pick, step) {
    pick.onclick = function () {
      var at = order.indexOf(step);
      if (at < 0) order.push(step);
      else order.splice(at, 1);
      keep({ order: order });
      say(verdict, "", "");
      number(order);
    };
  });
  offer(list, function () { tell(order); });
}

all(".options").forEach(ordering);
