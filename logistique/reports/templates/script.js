(function () {
  document.documentElement.className = "js";
  function plain(text) { return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); }
  document.querySelectorAll("th button").forEach(function (button) {
    button.addEventListener("click", function () {
      var head = button.parentNode, column = head.cellIndex, body = head.closest("table").tBodies[0];
      var down = head.getAttribute("aria-sort") !== "descending";
      function value(row) { var cell = row.cells[column]; return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v); }
      Array.from(body.rows).sort(function (a, b) {
        var x = value(a), y = value(b), order = typeof x === typeof y ? (typeof x === "number" ? x - y : x.localeCompare(y, document.documentElement.lang)) : typeof x === "number" ? 1 : -1;
        return down ? -order : order;
      }).forEach(function (row) { body.appendChild(row); });
      head.parentNode.querySelectorAll("[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
    });
  });
  document.querySelectorAll("input.find").forEach(function (field) {
    field.addEventListener("input", function () {
      var words = plain(field.value).split(/\s+/);
      document.querySelectorAll("#" + field.dataset.rows + " tbody tr, #" + field.dataset.rows + " details").forEach(function (row) {
        var text = plain(row.textContent);
        row.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
      });
    });
  });
  function openTarget() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") { target.open = true; target.hidden = false; target.scrollIntoView(); }
  }
  window.addEventListener("hashchange", openTarget);
  openTarget();
  var shut = [];
  window.addEventListener("beforeprint", function () { shut = Array.from(document.querySelectorAll("details:not([open])")); shut.forEach(function (d) { d.open = true; }); });
  window.addEventListener("afterprint", function () { shut.forEach(function (d) { d.open = false; }); });
})();
