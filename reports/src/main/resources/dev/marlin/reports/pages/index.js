"use strict";
// The table of all points. Names are only ever set as text: nothing in a name can become markup.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const columns = data.columns.map(([name, key, digits]) => ({ name, key, digits, text: digits < 0 }));
  const rows = data.rows, message = columns.length + 1;
  const outcome = columns.findIndex(c => c.key === "outcome");
  const STEP = 200;
  let visible = rows, limit = STEP, sorted = -1, up = true;
  const format = columns.map(c => c.text ? null : new Intl.NumberFormat("en", { minimumFractionDigits: c.digits === 0 || c.key.match(/^(l\d|clock)$/) ? 0 : c.digits, maximumFractionDigits: c.digits }));
  const head = document.querySelector("#table thead"), body = document.querySelector("#table tbody");
  const shown = document.getElementById("shown"), more = document.getElementById("more"), all = document.getElementById("all"), filter = document.getElementById("filter");

  const heads = document.createElement("tr");
  columns.forEach((column, i) => {
    const cell = document.createElement("th"), button = document.createElement("button");
    cell.scope = "col";
    if (!column.text) cell.className = "n";
    button.type = "button";
    button.textContent = column.name;
    button.addEventListener("click", () => sort(i));
    cell.append(button);
    heads.append(cell);
  });
  head.append(heads);

  function line(row) {
    const tr = document.createElement("tr");
    columns.forEach((column, i) => {
      const td = document.createElement("td"), value = row[i + 1];
      if (!column.text) td.className = "n";
      if (i === 0) {
        const link = document.createElement("a");
        link.href = "points/" + row[0] + ".html";
        link.textContent = value;
        td.append(link);
      } else if (i === outcome && value !== "correct") {
        td.className = "bad";
        td.textContent = value;
        td.title = row[message];
      } else {
        td.textContent = value === null ? "–" : column.text ? value : format[i].format(value);
      }
      tr.append(td);
    });
    return tr;
  }
  function show() {
    const part = document.createDocumentFragment();
    visible.slice(0, limit).forEach(row => part.append(line(row)));
    body.replaceChildren(part);
    const rest = visible.length - Math.min(limit, visible.length);
    more.hidden = all.hidden = rest === 0;
    more.textContent = "Show " + Math.min(STEP, rest) + " more";
    all.textContent = "Show all " + visible.length;
    shown.textContent = filter.value.trim() ? visible.length + " of " + rows.length + " points" : rows.length + " points";
  }
  // A point without a performance has no number: it stays at the end whichever way the column is sorted.
  function order() {
    if (sorted < 0) return;
    const at = sorted + 1, text = columns[sorted].text;
    const compare = text ? new Intl.Collator("en", { numeric: true }).compare : (x, y) => x - y;
    visible = [...visible].sort((a, b) => {
      const x = a[at], y = b[at];
      if (x === null || y === null) return (x === null) - (y === null);
      return up ? compare(x, y) : compare(y, x);
    });
  }
  function sort(i) {
    up = sorted === i ? !up : true;
    sorted = i;
    [...heads.cells].forEach((cell, j) => j === i ? cell.setAttribute("aria-sort", up ? "ascending" : "descending") : cell.removeAttribute("aria-sort"));
    order();
    show();
  }
  const OPERATORS = { "<": (a, b) => a < b, "<=": (a, b) => a <= b, "=": (a, b) => a === b, ">=": (a, b) => a >= b, ">": (a, b) => a > b };
  function test(word) {
    const parts = word.match(/^(\w+)(<=|>=|<|>|=)([-+.\de]+)$/);
    const i = parts ? columns.findIndex(c => c.key === parts[1] && !c.text) : -1;
    if (i >= 0 && parts[3] !== "" && !Number.isNaN(Number(parts[3]))) {
      const limitValue = Number(parts[3]), holds = OPERATORS[parts[2]];
      return row => row[i + 1] !== null && holds(row[i + 1], limitValue);
    }
    return row => row.some((value, j) => j > 0 && value !== null && String(value).toLowerCase().includes(word));
  }
  function find() {
    const tests = filter.value.toLowerCase().split(/\s+/).filter(Boolean).map(test);
    visible = rows.filter(row => tests.every(t => t(row)));
    limit = STEP;
    order();
    show();
  }
  filter.addEventListener("input", find);
  more.addEventListener("click", () => { limit += STEP; show(); });
  all.addEventListener("click", () => { limit = Infinity; show(); });
  show();
})();
