(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  var field = document.getElementById("filter");
  var shown = document.getElementById("shown");
  var rows = Array.prototype.slice.call(document.querySelectorAll(".matrix tbody tr"));
  var titles = Array.prototype.map.call(document.querySelectorAll(".matrix thead th"), function (cell) {
    return cell.textContent.toLowerCase();
  });
  function text(row) {
    var words = row.cells[0].textContent.toLowerCase();
    for (var at = 1; at < row.cells.length; at += 1) {
      if (row.cells[at].className !== "no") { words += "\n" + titles[at]; }
    }
    return words;
  }
  function filter() {
    var wanted = field.value.trim().toLowerCase();
    var count = 0;
    rows.forEach(function (row) {
      var fits = wanted === "" || text(row).indexOf(wanted) >= 0;
      row.hidden = !fits;
      if (fits) { count += 1; }
    });
    shown.textContent = wanted === "" ? "" : count + " of " + rows.length;
  }
  function step(row, by) {
    var next = row[by];
    while (next && next.hidden) { next = next[by]; }
    if (next) { next.focus(); }
  }
  field.addEventListener("input", filter);
  document.addEventListener("keydown", function (event) {
    var target = event.target;
    if (event.key === "/" && target !== field && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "Escape" && target === field) {
      field.value = "";
      filter();
      field.blur();
    } else if (target.tagName === "TR" && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(target, event.key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling");
    }
  });
}());
