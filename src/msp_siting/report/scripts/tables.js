"use strict";
// Tables: a click on a heading sorts, a field filters, on a narrow screen each row is a card with its headings, and the
// keyboard reaches only what scrolls.
const { lang } = document.documentElement;
const words = new Intl.Collator(lang, { numeric: true });
const { dataset } = document.querySelector("footer"); // words of the page's language
const LONGEST_UNFILTERED = 10;

const fold = (text) =>
  text.normalize("NFD").replace(/\p{M}/gu, "").replace(/\u2019/g, "'").replace(/\s+/g, " ").trim().toLowerCase();

// The number that a cell begins with, as its language writes it; NaN for a dash.
const numberOf = (text) => {
  const plain = text.replace(/\s/g, "").replace(/\u2212/g, "-");
  return parseFloat(lang === "fr" ? plain.replace(/,/g, ".") : plain.replace(/,/g, ""));
};

const textAt = (row, column) => row.cells[column]?.textContent.trim() ?? "";

const compare = (a, b, isNumber, sign) => {
  if (!isNumber) return sign * words.compare(a, b);
  const [first, second] = [numberOf(a), numberOf(b)];
  if (Number.isNaN(first) || Number.isNaN(second)) return Number.isNaN(first) - Number.isNaN(second);
  return sign * (first - second);
};

const sortBy = (table, heading, column) => {
  const isNumber = heading.classList.contains("n");
  const before = heading.getAttribute("aria-sort");
  const order = before ? (before === "ascending" ? "descending" : "ascending") : isNumber ? "descending" : "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", order);
  const sign = order === "ascending" ? 1 : -1;
  const [body] = table.tBodies;
  const rows = [...body.rows].map((row) => [textAt(row, column), row]);
  body.append(...rows.sort(([a], [b]) => compare(a, b, isNumber, sign)).map(([, row]) => row));
};

const addSorting = (table) => {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sortBy(table, heading, column));
    heading.append(button);
  });
};

const addFilter = (table) => {
  const place = Object.assign(document.createElement("div"), { className: "filter" });
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "search" });
  const told = document.createElement("output");
  const rows = [...table.tBodies[0].rows].map((row) => [row, fold(row.textContent)]);
  label.append(dataset.filter, " ", input);
  place.append(label, told);
  input.addEventListener("input", () => {
    const asked = fold(input.value);
    let shown = 0;
    for (const [row, text] of rows) shown += !(row.hidden = !text.includes(asked));
    told.textContent = asked ? dataset.shown.replace("{shown}", shown).replace("{all}", rows.length) : "";
  });
  table.parentElement.before(place);
};

const labelCells = (table) => {
  const heads = [...table.tHead.rows[0].cells].map((heading) => heading.textContent);
  for (const row of table.tBodies[0].rows) {
    for (const cell of row.querySelectorAll("td")) cell.dataset.label = heads[cell.cellIndex];
  }
  table.classList.add("labelled");
};

const tables = [...document.querySelectorAll(".wide > table")].filter((table) => table.tHead && table.tBodies[0]);
for (const table of tables) {
  const count = table.tBodies[0].rows.length;
  if (count > 1) addSorting(table);
  if (count > LONGEST_UNFILTERED) addFilter(table);
}
const narrow = matchMedia("(max-width: 40rem)");
const labelAll = () => {
  if (narrow.matches) tables.filter((table) => !table.classList.contains("labelled")).forEach(labelCells);
};
narrow.addEventListener("change", labelAll);
labelAll();
const scrolling = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const table of tables) scrolling.observe(table.parentElement);
