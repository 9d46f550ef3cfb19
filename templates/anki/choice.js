// One option to tap, which answers at once.

function picking(list) {
  all(".option", list).forEach(function (option) {
    var pick = option.querySelector(".pick"), right = pick.dataset.credit === "1";
    if (back) {
      pick.disabled = true;
      if (last && last.picked === letter(pick)) mark(option, "Your choice. ");
      return;
    }
    pick.onclick = function () {
      keep({ picked: letter(pick) });
      option.classList.add(right ? "right" : "wrong");
      if (!right) mark(option, "Not this one. ");
      shown(option.querySelector(".feedback"));
    };
  });
}

all(".options").forEach(picking);
