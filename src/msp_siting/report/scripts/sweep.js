"use strict";
// A sweep: the slider shows the row of the table that stands for its value.
const pick = document.getElementById("pick");
const table = document.querySelector("#points table");
if (pick && table) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent));
  const slider = pick.querySelector("input");
  const show = () => {
    const [value, ...cells] = rows[slider.value];
    pick.querySelector("output").textContent = value;
    slider.setAttribute("aria-valuetext", value);
    const told = cells.map((text, column) => {
      const pair = document.createElement("div");
      const name = Object.assign(document.createElement("dt"), { textContent: heads[column + 1] });
      pair.append(name, Object.assign(document.createElement("dd"), { textContent: text }));
      return pair;
    });
    pick.querySelector("dl").replaceChildren(...told);
  };
  slider.max = rows.length - 1;
  slider.addEventListener("input", show);
  show();
}
