// Judging an order of steps. No page is touched here.

// The verdict on an order, given as the places of the steps. `check.before` lists pairs of places: first, second.
// state: some (not all steps are placed), right, wrong (early: a step that stands before one that it uses).
function judgeOrder(order, check) {
  if (order.length < check.value.length) return { state: "some" };
  var early = check.before.filter(function (pair) { return order.indexOf(pair[0]) > order.indexOf(pair[1]); });
  early.sort(function (a, b) { return order.indexOf(a[1]) - order.indexOf(b[1]); });
  return early.length ? { state: "wrong", early: early[0][1] } : { state: "right" };
}
