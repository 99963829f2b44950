(function () {
  document.documentElement.className = "js";
  function plain(text) { return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase(); }
  function sort(head) {
    var column = head.cellIndex, body = head.closest("table").tBodies[0];
    var before = head.getAttribute("aria-sort");
    function value(row) { var cell = row.cells[column]; return cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v); }
    var rows = Array.from(body.rows);
    // Numbers begin with the largest, texts with A.
    var down = before ? before === "ascending" : rows.some(function (row) { return typeof value(row) === "number"; });
    rows.sort(function (a, b) {
      var x = value(a), y = value(b), order = typeof x === typeof y ? (typeof x === "number" ? x - y : x.localeCompare(y, document.documentElement.lang)) : typeof x === "number" ? 1 : -1;
      return down ? -order : order;
    }).forEach(function (row) { body.appendChild(row); });
    head.parentNode.querySelectorAll("[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  }
  function addButtons() {
    document.querySelectorAll("thead th").forEach(function (head) {
      var button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", function () { sort(head); });
      head.replaceChildren(button);
    });
  }
  addButtons();
  // Heads repeated on printed pages show text only.
  window.addEventListener("beforeprint", function () { document.querySelectorAll("thead th").forEach(function (head) { head.textContent = head.textContent; }); });
  window.addEventListener("afterprint", addButtons);
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
})();
