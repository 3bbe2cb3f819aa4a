// Helps for tables: a click on a column's name sorts by it, and what is wider than the screen scrolls by keyboard.
(() => {
  "use strict";
  const LONG = 5;

  const value = (row, column) => {
    const text = row.cells[column].textContent.trim();
    const number = /^[+-]?[\d,]*\.?\d+%?$/.test(text) ? Number(text.replace(/[,%]/g, "")) : NaN;
    return { text, number };
  };

  const compare = (a, b) => {
    if (!a.text || !b.text) return 0;
    const numbers = !Number.isNaN(a.number) && !Number.isNaN(b.number);
    return numbers ? a.number - b.number : a.text.localeCompare(b.text, "en", { numeric: true });
  };

  const sort = (table, heads, column) => {
    const up = heads[column].getAttribute("aria-sort") !== "ascending";
    heads.forEach((head) => head.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", up ? "ascending" : "descending");
    const body = table.tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, key: value(row, column) }));
    // what is empty stays last whichever way
    rows.sort((a, b) => !a.key.text - !b.key.text || (up ? 1 : -1) * compare(a.key, b.key));
    body.append(...rows.map(({ row }) => row));
  };

  const sortable = (table) => {
    const body = table.tBodies[0];
    const cells = [...table.querySelectorAll("th, td")];
    if (!table.tHead || !body || body.rows.length < LONG) return;
    if (table.tHead.rows.length !== 1 || cells.some((cell) => cell.rowSpan > 1 || cell.colSpan > 1)) return;
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      if (!button.textContent.trim()) button.setAttribute("aria-label", "name of the row");
      button.addEventListener("click", () => sort(table, heads, column));
      head.append(button);
    });
  };

  // dates and numbers stay on one line, sentences get the width to be read
  const fit = (cell) => {
    const length = cell.textContent.trim().length;
    if (length <= 16) cell.classList.add("short");
    if (length > 60) cell.classList.add("long");
  };

  const wide = "div.table-wrapper, .output.text_html, .output_html, div.highlight pre, div.math";
  const reachable = () =>
    document.querySelectorAll(wide).forEach((box) => {
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", "wider than the screen, scrolls sideways");
      } else if (box.tabIndex === 0) {
        ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
      }
    });

  window.addEventListener("DOMContentLoaded", () => {
    // the sidebar's captions are headings of no stated level
    document.querySelectorAll("p.caption[role=heading]").forEach((head) => head.setAttribute("aria-level", "2"));
    // an empty corner of a table is no heading
    document.querySelectorAll("thead th:empty").forEach((head) => head.append("\u00a0"));
    document.querySelectorAll("table.sortable").forEach(sortable);
    document.querySelectorAll("table.dataframe td, table.sortable td").forEach(fit);
    document.querySelectorAll("details").forEach((fold) => fold.addEventListener("toggle", reachable));
    reachable();
  });
  window.addEventListener("resize", reachable);
})();
