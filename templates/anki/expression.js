// Reading a typed expression, and judging it: right in every form that is equal to the key. No page is touched here, and
// nothing of the text is run. It follows generator/grammar.py and generator/typed.py, where the rules are told; a test
// gives both the same texts.

var GRAMMAR = [% include "anki/grammar.json" %];

// --- characters ---

function replaced(text, rules) {
  return rules.reduce(function (told, rule) { return told.replace(new RegExp(rule[0], "g"), rule[1]); }, text);
}

function plainly(text) {
  var told = replaced(text, GRAMMAR.rules).normalize("NFKD");
  Object.keys(GRAMMAR.greek).forEach(function (letter) { told = told.split(letter).join(GRAMMAR.greek[letter]); });
  return replaced(told, GRAMMAR.decomposed).replace(/ +/g, " ").trim();
}

// --- words ---

var HAT_ENDS = "(?= ?(?:$|[+*/^)\\]},|⌋⌉])|-(?! ?[\\d.])| +-)"; // what makes y^ a name and no power

function escaped(word) {
  return word.replace(/[^A-Za-z0-9_]/g, "\\$&");
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

// Every word that may be typed with its kind and meaning, and the pattern of the longest one.
function wordsOf(names, log) {
  var found = new Map(), near = new Map();
  function add(word, kind, means) { if (!found.has(word)) found.set(word, { kind: kind, means: means }); }
  Object.keys(names).forEach(function (name) { add(name, "name", name); });
  Object.keys(names).forEach(function (name) {
    formsOf(name, names[name]).forEach(function (form) {
      if (!near.has(form)) near.set(form, new Set());
      near.get(form).add(name);
    });
  });
  near.forEach(function (meant, form) {
    if (meant.size === 1 && !(/[-+,]/.test(form) && near.has(form.split(/[-+,]/)[0]))) add(form, "name", Array.from(meant)[0]);
  });
  Object.keys(GRAMMAR.functions).forEach(function (word) {
    var called = GRAMMAR.functions[word] === "log" ? log : GRAMMAR.functions[word];
    var spellings = [word, capital(word), word.toUpperCase()].concat(word === "relu" ? "ReLU" : []);
    spellings.forEach(function (each) { add(each, "function", called); });
  });
  Object.keys(GRAMMAR.constants).forEach(function (word) { add(word, "constant", GRAMMAR.constants[word]); });
  add("frac", "frac", "frac");
  var longest = Array.from(found.keys()).sort(function (a, b) { return b.length - a.length || (a < b ? -1 : 1); });
  var pattern = longest.map(function (word) { return escaped(word) + (word.slice(-1) === "^" ? HAT_ENDS : "(?![\\d_])"); });
  return { means: found, pattern: new RegExp(pattern.join("|"), "y") };
}

// The spellings of a name.
function formsOf(name, latex) {
  var set = plainly(latex).replace(/\{([A-Za-z0-9]+)\}/g, "$1");
  return [name, set, set.replace(/ /g, "")].filter(function (form) { return /^[A-Za-z][\w {}()+,'^-]*$/.test(form); }).reduce(function (all, form) {
    var loose = [form].concat(looseForms(form));
    return loose.reduce(function (some, each) { return some.concat(each, each.toLowerCase(), capital(each)); }, all);
  }, []);
}

function looseForms(form) {
  var found = [form.replace(/_/g, ""), form.replace(/[{}]/g, ""), form.replace(/_\{/g, "").replace(/\}/g, "")];
  var quotient = /^d(\w+)_d(\w+)$/.exec(form), accented = /^([A-Za-z]+?)_?(hat|tilde|bar)(_?.*)$/.exec(form);
  if (quotient) found.push("d" + quotient[1] + "/d" + quotient[2]);
  if (accented) {
    var letter = accented[1], accent = accented[2], rest = accented[3];
    found.push(letter + "_" + accent + rest, letter + rest + accent, letter + rest + "_" + accent);
    if (accent === "hat") found.push(letter + rest + "^", letter + "^" + rest);
  }
  return found;
}

// --- tokens ---

var CLOSING = { "(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉" };
var CLOSERS = ")]}⌋⌉", ROUNDED = { "⌊": "floor", "⌈": "ceil" };
var SHOWN = 20, BEFORE = 12; // characters that a message shows of what it is about, and of what stands before

function Unreadable(message) {
  this.message = message;
}

// Stops with the message of that key: what it is about, where, and what else there is to say.
function refuse(key, text, at, what, more) {
  var before = text.slice(Math.max(0, at - BEFORE), at).trim();
  stop(key, what || "", before ? GRAMMAR.after.split("{0}").join(before) : GRAMMAR.first, more || "");
}

function stop(key) {
  var values = Array.prototype.slice.call(arguments, 1);
  throw new Unreadable(values.reduce(function (said, value, place) {
    return said.split("{" + place + "}").join(value);
  }, GRAMMAR.messages[key]));
}

function shortened(text) {
  return text.length <= SHOWN ? text : text.slice(0, SHOWN) + "…";
}

function tokensOf(text, names, words) {
  var found = [], at = 0;
  while (at < text.length) {
    if (text[at] !== " ") {
      found.push(tokenAt(text, at, names, words));
      at += found[found.length - 1].text.length;
    } else at++;
  }
  return found.concat({ kind: "end", text: "", at: at });
}

function tokenAt(text, at, names, words) {
  var char = text[at];
  function token(kind, what, means) { return { kind: kind, text: what, at: at, means: means }; }
  function match(pattern) {
    pattern.lastIndex = at;
    var found = pattern.exec(text);
    return found && found[0];
  }
  if ("+-*/^,|".indexOf(char) >= 0) return token(char, char);
  if (CLOSING.hasOwnProperty(char)) return token("open", char);
  if (CLOSERS.indexOf(char) >= 0) return token("close", char);
  var number = match(/[0-9]+⁄[0-9]+|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y);
  if (number) return token("number", number, valueOf(number));
  var word = match(words.pattern);
  if (word) return token(words.means.get(word).kind, word, words.means.get(word).means);
  var unknown = match(/[A-Za-z_][\w']*/y);
  if (unknown) refuse("name", text, at, shortened(unknown), Object.keys(names).join(", "));
  refuse("character", text, at, String.fromCodePoint(text.codePointAt(at)));
}

function valueOf(text) {
  var parts = text.split("⁄").map(Number), value = parts.length > 1 ? parts[0] / parts[1] : parts[0];
  if (!(value <= GRAMMAR.largest)) stop("number", shortened(text));
  return value;
}

// --- the grammar ---

// The expression that a text stands for: a number, a name, or a list of an operation and its terms; null for nothing.
function readExpression(text, names, words, most) {
  if (Array.from(text).length > most) stop("long", most);
  var told = plainly(text);
  if (told.length > 2 * most) stop("long", most);
  return told === "" ? null : parsed(told, tokensOf(told, names, words));
}

function parsed(text, tokens) {
  var place = 0, depth = 0, bar = false, loose = "", about = "";

  function next() { return tokens[place]; }
  function is(kinds) { return kinds.indexOf(next().kind) >= 0; }
  function take(kinds) { return is(kinds) ? tokens[place++] : null; }
  function no(key, what, more, at) { refuse(key, text, at === undefined ? next().at : at, what, more); }
  function numeric(tree) { return typeof tree === "number"; }
  function node(operation, terms) { return terms.length === 1 ? terms[0] : [operation].concat(terms); }

  function end(kind) {
    if (!take([kind])) no(next().kind === "," ? "comma" : "misplaced", next().text);
  }

  function sum() {
    var terms = [signed(product)], sign;
    while ((sign = take(["+", "-"]))) {
      var term = signed(product);
      terms.push(sign.kind === "-" ? ["neg", term] : term);
    }
    return node("+", terms);
  }

  function signed(rest) {
    var negative = false, sign;
    while ((sign = take(["+", "-"]))) negative = negative !== (sign.kind === "-");
    var found = rest();
    return negative ? ["neg", found] : found;
  }

  function product() {
    var over = [power()], under = [], below = false, sign;
    for (;;) {
      if ((sign = take(["*", "/"]))) {
        below = sign.kind === "/";
        (below ? under : over).push(signed(power));
      } else if (juxtaposed(over, under, below)) {
        over.push(power());
        below = false;
      } else break;
    }
    return under.length ? ["/", node("*", over), node("*", under)] : node("*", over);
  }

  // Whether a factor follows without an operator. Asks for brackets where that could be read in two ways.
  function juxtaposed(over, under, below) {
    if (is(["number"])) no("side", next().text);
    if (!is(["name", "constant", "function", "open", "frac"]) && (!is(["|"]) || bar)) return false;
    if (loose && !(loose === "applied" && is(["function"]))) no(loose, about);
    var half = over.length === 1 && under.length === 1 && numeric(over[0]) && numeric(under[0]);
    if (below && !(half && is(["open", "function", "frac"]))) no("below");
    return true;
  }

  function power() {
    var base = atom();
    if (loose && is(["^"])) no(loose, about);
    if (!take(["^"])) return base;
    var bare = !is(["open"]), exponent = within(function () { return signed(power); });
    limited(exponent[0] === "neg" ? exponent[1] : exponent);
    loose = bare && !(numeric(exponent) && !numeric(base)) ? "power" : "";
    return ["^", base, exponent];
  }

  function limited(exponent) {
    if (numeric(exponent) && exponent > GRAMMAR.exponent) stop("exponent", exponent, GRAMMAR.exponent);
  }

  function within(rest) {
    if (++depth > GRAMMAR.depth) stop("deep", GRAMMAR.depth);
    var found = rest();
    depth--;
    return found;
  }

  function atom() {
    loose = "";
    var token = next();
    if (take(["number", "name", "constant"])) return token.means;
    if (take(["open"])) {
      var inner = bracketed(token, false)[0];
      return ROUNDED[token.text] ? [ROUNDED[token.text], inner] : inner;
    }
    if (token.kind === "|" && !bar) return absolute();
    if (take(["function"])) return called(token);
    if (take(["frac"])) return ["/", group(), group()];
    no(is(["end", "close", "|"]) ? "missing" : "misplaced", token.text);
  }

  function group() {
    var bracket = next();
    if (!take(["open"])) no("missing");
    return bracketed(bracket, false)[0];
  }

  // The values up to the bracket that closes this one.
  function bracketed(bracket, several) {
    var outer = bar;
    bar = false;
    var found = [within(sum)];
    while (several && take([","])) found.push(within(sum));
    var closing = next();
    if (closing.kind === "end") no("open", bracket.text, "", bracket.at);
    end("close");
    if (closing.text !== CLOSING[bracket.text]) no("pair", bracket.text, closing.text, bracket.at);
    bar = outer;
    loose = "";
    return found;
  }

  function absolute() {
    var opening = tokens[place++];
    bar = true;
    var inner = within(sum);
    if (!take(["|"])) no("open", "|", "", opening.at);
    bar = false;
    loose = "";
    return ["absolute", inner];
  }

  function called(token) {
    var raise = take(["^"]) ? raised(token) : null, bracket = next(), found;
    var several = GRAMMAR.several.indexOf(token.means) >= 0;
    if (take(["open"])) {
      found = [token.means].concat(bracketed(bracket, several));
    } else {
      found = [token.means, within(atom)];
      if (bracket.kind !== "|") { loose = "applied"; about = token.text; }
    }
    if (several && found.length < 3) no("missing", "", "", tokens[place - 1].at);
    return raise === null ? found : ["^", found, raise];
  }

  // The exponent of a function's name, as in tanh^2(x).
  function raised(token) {
    var bracket = take(["open"]), number = take(["number"]);
    if (!number || !Number.isInteger(number.means) || (bracket && !take(["close"]))) no("raised", token.text, "", token.at);
    limited(number.means);
    return number.means;
  }

  var found = sum();
  if (is(["close"])) no("close", next().text);
  end("end");
  return found;
}

// --- values: a number, and how far it may be off; 0 for exact whole numbers ---

var EPSILON = Math.pow(2, -52), EXACT = Math.pow(2, 53), TOLERANCE = 1e-9;
var UNDEFINED = { undefined: true }; // thrown where an expression has no value

function finite(value) {
  if (!isFinite(value)) throw UNDEFINED;
  return value;
}

function logistic(value) {
  return 1 / (1 + Math.exp(-value));
}

var CALLS = {
  tanh: Math.tanh, exp: Math.exp, ln: Math.log, log2: Math.log2, log10: Math.log10, sqrt: Math.sqrt, sinh: Math.sinh,
  cosh: Math.cosh, floor: Math.floor, ceil: Math.ceil, absolute: Math.abs, largest: Math.max, smallest: Math.min,
  sigmoid: logistic,
  relu: function (value) { return Math.max(value, 0); },
  sech: function (value) { return 1 / finite(Math.cosh(value)); },
  "tanh'": function (value) { return 1 - Math.pow(Math.tanh(value), 2); },
  "sigmoid'": function (value) { return logistic(value) * (1 - logistic(value)); }
};

// Of a perfect square, or a power of 2, the root or logarithm is exact.
var INVERSES = {
  sqrt: function (root) { return root * root; },
  log2: function (power) { return Math.pow(2, power); },
  log10: function (power) { return Math.pow(10, power); }
};

var OPERATIONS_WITH_ERROR = {
  "+": function (terms) {
    var total = 0, size = 0, off = 0;
    terms.forEach(function (term) { total += term[0]; size += Math.abs(term[0]); off += term[1]; });
    return roundedOff(total, off, size * terms.length);
  },
  neg: function (terms) { return [-terms[0][0], terms[0][1]]; },
  "*": function (terms) {
    return terms.reduce(function (a, b) {
      var value = a[0] * b[0];
      return roundedOff(value, Math.abs(a[0]) * b[1] + Math.abs(b[0]) * a[1] + a[1] * b[1], Math.abs(value));
    }, [1, 0]);
  },
  "/": function (terms) {
    var over = terms[0], under = terms[1], nearest = Math.abs(under[0]) - under[1], value = over[0] / under[0];
    if (nearest <= 0) throw UNDEFINED;
    return roundedOff(value, (over[1] + Math.abs(value) * under[1]) / nearest, Math.abs(value));
  },
  "^": function (terms) {
    var base = terms[0], exponent = terms[1];
    if (base[0] < 0 && !(Number.isInteger(exponent[0]) && exponent[1] === 0)) throw UNDEFINED;
    var value = finite(Math.pow(base[0], exponent[0]));
    if (base[0] === 0) return roundedOff(value, base[1], value);
    if (value === 0) throw UNDEFINED; // too small to be told from 0
    var steep = Math.abs(exponent[0]) * base[1] / Math.abs(base[0]) + Math.abs(Math.log(Math.abs(base[0]))) * exponent[1];
    return roundedOff(value, Math.abs(value) * steep, Math.abs(value));
  }
};

function roundedOff(value, off, size) {
  finite(value);
  finite(off);
  return [value, off === 0 && Number.isInteger(value) && size < EXACT ? 0 : off + EPSILON * size];
}

// How far the result may be off is what it moves by when an argument does.
function calledOn(name, terms) {
  var values = terms.map(function (term) { return term[0]; }), off = 0;
  function result(at, value) {
    return finite(CALLS[name].apply(null, values.map(function (each, place) { return place === at ? value : each; })));
  }
  var found = result(-1), whole = Math.round(found);
  if (INVERSES.hasOwnProperty(name) && INVERSES[name](whole) === values[0] && terms[0][1] === 0) return [whole, 0];
  terms.forEach(function (term, place) {
    if (term[1] === 0) return;
    var moved = [result(place, term[0] - term[1]), result(place, term[0] + term[1])];
    off += Math.max(Math.abs(moved[0] - found), Math.abs(moved[1] - found));
  });
  if (GRAMMAR.exact.indexOf(name) >= 0) return roundedOff(found, off, 0);
  return roundedOff(found, off + EPSILON * Math.abs(found), Math.abs(found));
}

function valued(tree, point) {
  if (typeof tree === "number") return [tree, Number.isInteger(tree) ? 0 : EPSILON * Math.abs(tree)];
  if (typeof tree === "string") return point[tree];
  var terms = tree.slice(1).map(function (term) { return valued(term, point); });
  return OPERATIONS_WITH_ERROR.hasOwnProperty(tree[0]) ? OPERATIONS_WITH_ERROR[tree[0]](terms) : calledOn(tree[0], terms);
}

// The value at a point, null where there is none.
function valueAt(tree, point) {
  try {
    return valued(tree, point);
  } catch (stopped) {
    if (stopped !== UNDEFINED) throw stopped;
    return null;
  }
}

// --- the verdict ---

// Where expressions are compared: values of the names, drawn by a generator that is the same everywhere.
function pointsOf(vocabulary, opens) {
  var state = 20, found = [];
  function random() { return (state = state * 48271 % 2147483647) / 2147483647; }
  function turn(list) { return list[number % list.length]; }
  for (var number = 0; number < GRAMMAR.points; number++) {
    var range = turn(GRAMMAR.ranges), counts = turn(GRAMMAR.counts), point = {};
    Object.keys(vocabulary.names).forEach(function (name) {
      var size = random(), sign = random(), value = range[0] + (range[1] - range[0]) * size;
      if (vocabulary.whole.indexOf(name) >= 0) point[name] = [counts[Math.floor(size * counts.length)], 0];
      else point[name] = [range[2] && sign < 0.5 ? -value : value, EPSILON * value];
    });
    var defined = opens.every(function (each) { return (point[each.name] = valueAt(each.tree, point)); });
    if (defined) found.push(point);
  }
  return found;
}

// Whether two expressions have the same values; null if hardly any of them can be compared.
function sameValues(one, other) {
  var compared = 0;
  for (var place = 0; place < one.length; place++) {
    var a = one[place], b = other(place);
    if (!a || !b) continue;
    var size = Math.max(Math.abs(a[0]), Math.abs(b[0])), off = a[1] + b[1];
    if (off > TOLERANCE * Math.max(1, size)) continue;
    if (Math.abs(a[0] - b[0]) > TOLERANCE * size + off) return false;
    compared++;
  }
  return compared >= GRAMMAR.enough ? true : null;
}

// The verdict on a typed text. `check` is the answer of a record, `slips` the values that known slips lead to.
// state: empty, unclear (says), right, slip (slip), wrong.
function judgeExpression(text, check, slips) {
  var vocabulary = check.vocabulary, names = vocabulary.names;
  var told = [check.value].concat(slips).map(function (each) { return each.plain; });
  var opened = Object.keys(vocabulary.opens).map(function (name) { return vocabulary.opens[name]; });
  var used = new Set(opened.concat(check.value.plain).join(" ").match(/\b(ln|log2|log10)\b/g));
  var words = wordsOf(names, used.size === 1 ? Array.from(used)[0] : "ln"), typed;
  function own(text) { return readExpression(text, names, words, Infinity); }
  try {
    typed = readExpression(text, names, words, GRAMMAR.length);
  } catch (stopped) {
    if (!(stopped instanceof Unreadable)) throw stopped;
    return { state: "unclear", says: stopped.message };
  }
  if (typed === null) return { state: "empty" };
  var opens = Object.keys(vocabulary.opens).reverse();
  var points = pointsOf(vocabulary, opens.map(function (name) { return { name: name, tree: own(vocabulary.opens[name]) }; }));
  var values = points.map(function (point) { return valueAt(typed, point); });
  function equal(plain) {
    var tree = own(plain);
    return sameValues(values, function (place) { return valueAt(tree, points[place]); });
  }
  var found = equal(told[0]), slip = -1;
  if (found === null) return { state: "unclear", says: GRAMMAR.messages.undefined };
  if (!found) slip = told.slice(1).findIndex(equal);
  return found ? { state: "right" } : slip >= 0 ? { state: "slip", slip: slip } : { state: "wrong" };
}
