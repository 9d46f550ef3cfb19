// Judging several blanks: what follows from what stands above, and which slip was made. No page is touched here.

var OPERATIONS = {
  "+": function () { return Array.prototype.reduce.call(arguments, function (a, b) { return a + b; }); },
  "*": function () { return Array.prototype.reduce.call(arguments, function (a, b) { return a * b; }); },
  "-": function (a) { return -a; },
  "/": function (a, b) { return a / b; },
  "^": Math.pow, sqrt: Math.sqrt, exp: Math.exp, ln: Math.log, tanh: Math.tanh, floor: Math.floor, ceil: Math.ceil,
  largest: Math.max, smallest: Math.min, absolute: Math.abs, log2: Math.log2, log10: Math.log10,
  relu: function (a) { return Math.max(a, 0); },
  remainder: function (a, b) { return a - b * Math.floor(a / b); },
  sigmoid: function (a) { return 1 / (1 + Math.exp(-a)); }
};

// What a rule comes to: a number, the name of one in a blank above, or an operation with its terms.
function reckoned(rule, above) {
  if (typeof rule === "string") return above[rule];
  if (!Array.isArray(rule)) return rule;
  return OPERATIONS[rule[0]].apply(null, rule.slice(1).map(function (term) { return reckoned(term, above); }));
}

// The verdicts on the texts of a row of blanks. `checks` also have names and rules, `rows` hold what known slips lead
// to in every blank. Further state: follows, wrong only because of an answer above. An empty blank counts as right.
function judgeAll(texts, checks, rows, choices) {
  var above = {}, given = [];
  var found = checks.map(function (check, place) {
    var read = understood(texts[place], check, choices[place]), wanted = flat(check.value);
    var due = check.rules.map(function (rule) { return reckoned(rule, above); });
    given[place] = read.numbers;
    (read.numbers || wanted).forEach(function (value, side) { above[check.names[side]] = value; });
    if (!read.numbers) return read;
    var verdict = compared(read.numbers, wanted, check, []);
    return verdict.state === "wrong" && near(read.numbers, due, check.tolerance) ? { state: "follows" } : verdict;
  });
  return found.map(function (verdict, place) {
    var slip = verdict.state === "wrong" ? alike(given, checks, rows, place) : -1;
    return slip < 0 ? verdict : { state: "slip", slip: slip };
  });
}

// The slip that leads to what was given in one blank; of several the one that agrees with most of the others. -1: none.
function alike(given, checks, rows, place) {
  var best = -1, most = 0;
  rows.forEach(function (row, slip) {
    var agrees = checks.map(function (check, other) {
      return given[other] !== undefined && near(given[other], flat(row[other]), check.tolerance);
    });
    var count = agrees.filter(Boolean).length;
    if (agrees[place] && count > most) { best = slip; most = count; }
  });
  return best;
}
