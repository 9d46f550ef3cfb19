// Reading what a learner types, and judging it. No page is touched here.

var SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// One kind of space, of minus and of exponent, whatever the keyboard gave; "P = 4 · 3104 = 12416 parameters" is 12416.
function tidied(text) {
  return text
    .replace(/⁻/g, "^-")
    .replace(/\^?-?[⁰¹²³⁴-⁹]+/g, function (power) {
      return "^" + power.replace("^", "").replace(/[^-]/g, function (digit) { return SUPERSCRIPTS.indexOf(digit); });
    })
    .normalize("NFKC")
    .replace(/[\u2010-\u2015\u2212\ufe63]/g, "-")
    .replace(/[\s\u200b\u2060\ufeff]+/g, " ")
    .replace(/^.*[=≈]/, "")
    .replace(/ ?[·⋅∙×x*] ?10 ?(?:\^|\*\*) ?\(?([+-]?\d+)\)?/gi, "e$1")
    .trim();
}

function product(parts) {
  return Number(parts.join(""));
}

// The numbers that a text may stand for: none, one, or two where a mark may part thousands or decimals (4.800).
// The first reading takes the mark as a decimal mark.
function readings(text) {
  var found = /^([+-]?) ?(\d[\d., '’_]*|[.,]\d+)(?: ?e([+-]?\d+))?$/i.exec(text);
  if (!found) return [];
  var sign = found[1], body = found[2].trim(), power = found[3] ? "e" + found[3] : "";
  var spaced = /[ '’_]/.test(body);
  if (spaced && !/^\d{1,3}([ '’_]\d{3})+([.,]\d+)?$/.test(body)) return [];
  body = body.replace(/[ '’_]/g, "");
  var marks = body.replace(/\d/g, "");
  if (marks === "") return [product([sign, body, power])];
  var last = marks[marks.length - 1];
  var pieces = body.split(last), tail = pieces[pieces.length - 1], head = pieces.slice(0, -1).join(last);
  var whole = head.replace(/[.,]/g, "");
  var thousands = /^\d{1,3}(,\d{3})+$/.test(body) || /^\d{1,3}(\.\d{3})+$/.test(body);
  if (marks.length === 1) {
    var decimal = product([sign, whole || "0", ".", tail || "0", power]);
    if (!thousands || spaced || power || head === "0") return [decimal];
    return [decimal, product([sign, whole, tail])];
  }
  if (thousands) return [product([sign, whole, tail, power])];
  if (pieces.length === 2 && /^(\d{1,3}(,\d{3})+|\d{1,3}(\.\d{3})+)$/.test(head)) {
    return [product([sign, whole, ".", tail || "0", power])];
  }
  return [];
}

// What one number means where a number of that size and kind is asked for. The cards write 12,416 and 4.8: a mark
// used that way needs no question.
function meant(text, whole) {
  var bare = text.replace(/( +[a-z]{3,})+\.?$/i, "");
  var found = readings(bare);
  if (found.length < 2) return found;
  if (bare.indexOf(",") >= 0) return whole ? [found[1]] : found;
  return whole ? found : [found[0]];
}

// The numbers of a list such as "3 × 3 × 32", "(None, 3, 32)" or "0,5 -0,2": commas part the numbers, unless only
// another reading gives as many as asked for (thousands in the sides of a shape, decimals elsewhere).
function listed(text, count, sides) {
  var open = text
    .replace(/\bnone\b ?,?|[()[\]{}|;→>]|->|\bby\b|\band\b/gi, " ")
    .replace(/ \^?t ?$/i, "")
    .replace(/(\d) ?[x×*] ?(?=\d)/gi, "$1 ")
    .replace(/(^|[^e])- +(?=[\d.,])/gi, "$1-");
  var lists = [split(open.replace(/,/g, " ")), split(open.replace(/,(?! )/g, sides ? "" : ".").replace(/,/g, " "))];
  return lists.filter(function (list) { return list.length === count && list.every(isFinite); })[0] || lists[0];
}

function split(text) {
  return text.split(" ").filter(Boolean).map(Number);
}

function flat(value) {
  return Array.isArray(value) ? [].concat.apply([], value.map(flat)) : [value];
}

function near(given, wanted, tolerance) {
  return given.length === wanted.length && given.every(function (value, place) {
    return close(value, wanted[place], tolerance);
  });
}

function close(value, wanted, tolerance) {
  return value === wanted || Math.abs(value - wanted) <= tolerance + 1e-9 * Math.max(1, Math.abs(wanted));
}

// Whether one number (or a letter) is asked for, and not a list.
function single(check) {
  return check.kind.indexOf("shape") < 0 && flat(check.value).length === 1;
}

// The verdict on a typed text. `check` has kind, value and tolerance; `slips` the values that known slips lead to;
// `choice` says which reading of an ambiguous number was meant (0 or 1), if that was asked.
// state: empty, unclear, ask (readings), count (given, wanted), right, slip (slip), wrong (first: where a list differs).
function judge(text, check, slips, choice) {
  var found = understood(text, check, choice);
  return found.numbers ? compared(found.numbers, flat(check.value), check, slips) : found;
}

// The numbers that a typed text stands for, or the state that says why there are none.
function understood(text, check, choice) {
  var typed = tidied(text), wanted = flat(check.value);
  if (typed === "") return { state: "empty" };
  if (check.kind === "letter") {
    var letter = typed.toUpperCase();
    return /^[A-Z]$/.test(letter) ? { numbers: [letter] } : { state: "unclear" };
  }
  if (single(check)) {
    var found = meant(typed, check.kind === "integer" || Math.abs(wanted[0]) >= 1000);
    if (found.length === 0) return { state: "unclear" };
    if (found.length > 1 && choice !== 0 && choice !== 1) return { state: "ask", readings: found };
    return { numbers: found.length > 1 ? [found[choice]] : found };
  }
  var list = listed(typed, wanted.length, check.kind.indexOf("shape") === 0);
  if (list.length === 0 || !list.every(isFinite)) return { state: "unclear" };
  if (list.length !== wanted.length) return { state: "count", given: list.length, wanted: wanted.length };
  return { numbers: list };
}

function compared(given, wanted, check, slips) {
  if (near(given, wanted, check.tolerance)) return { state: "right" };
  for (var place = 0; place < slips.length; place++) {
    if (near(given, flat(slips[place]), check.tolerance)) return { state: "slip", slip: place };
  }
  var first = 0;
  while (close(given[first], wanted[first], check.tolerance)) first++;
  return { state: "wrong", first: first };
}
