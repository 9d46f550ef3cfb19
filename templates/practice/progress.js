// What was done so far, by id of the question: kept in this browser, and added up on top of the page.
//
// Of a question it holds what was `given`, how often it was judged (`tries`), the largest share of its points that was
// earned (`share`), whether that was all of them at once (`first`), and what was shown: `hints` and `lines`, so many of
// them, the whole solution (`open`), any of it before all points were earned (`seen`).

var card = document.querySelector("main"), back = false; // what the scripts shared with the cards ask for
var STORE = card.dataset.store;
var progress = kept();

function typeset() { /* every formula of the page is */ }

function kept() {
  try {
    return Object.assign({}, JSON.parse(localStorage.getItem(STORE)));
  } catch (refused) {
    return {};
  }
}

function keep() {
  try { localStorage.setItem(STORE, JSON.stringify(progress)); } catch (refused) { /* it lasts as long as the page */ }
  add();
}

function state(past) {
  if (past.share === 1) return past.first ? "right at first try" : "right";
  if (past.share > 0) return "partly right";
  if (past.seen) return "solution seen";
  return past.tries ? "not yet right" : "";
}

function rounded(value) {
  return Number(value.toFixed(2));
}

// Adds up, and says of every question how it stands.
function add() {
  var links = all(".score nav a", document), sums = { first: 0, right: 0, points: 0, whole: 0 };
  all(".question").forEach(function (question, place) {
    var past = progress[question.dataset.id] || {}, told = state(past), points = Number(question.dataset.points);
    sums.first += past.first ? 1 : 0;
    sums.right += past.share === 1 ? 1 : 0;
    sums.points += points * (past.share || 0);
    sums.whole += points;
    question.querySelector(".state").textContent = told;
    links[place].className = told.split(" ")[0];
    links[place].setAttribute("aria-label", "Question " + (place + 1) + (told && ": " + told));
  });
  document.querySelector(".score .told").textContent = "Right: " + sums.right + " of " + links.length + ", at first try: " +
    sums.first + ". Points: " + rounded(sums.points) + " of " + rounded(sums.whole) + ".";
}

function startAgain() {
  if (!confirm("Forget all answers and the score of this page?")) return;
  try { localStorage.removeItem(STORE); } catch (refused) { /* nothing is there */ }
  location.reload();
}

// Prints the page; with solutions, all of them opened for that.
function printed(solved) {
  var closed = solved ? all(".solution:not([open])") : [];
  closed.forEach(function (each) { each.open = true; });
  document.body.classList.toggle("solved", solved);
  window.addEventListener("afterprint", function () {
    closed.forEach(function (each) { each.open = false; });
    document.body.classList.remove("solved");
  }, { once: true });
  window.print();
}
