/* listing.js -- a box that shows only the names with some text in them.
   Without a script the page is whole; so the box is made here. */
"use strict";

(() => {
  const { filter, shown } = document.currentScript.dataset;
  const table = document.querySelector("table");
  const rows = [...table.tBodies[0].querySelectorAll("tr:not(.up)")];
  if (rows.length < 2)
    return;
  const names = rows.map((row) => row.cells[0].textContent.toLowerCase());

  const form = document.createElement("form");
  form.className = "filter";
  form.role = "search";
  const label = document.createElement("label");
  const input = document.createElement("input");
  input.type = "search";
  input.autocomplete = "off";
  input.spellcheck = false;
  label.append(`${filter} `, input);
  const output = document.createElement("output");
  form.append(label, output);
  table.before(form);

  const update = () => {
    const text = input.value.trim().toLowerCase();
    let count = 0;
    rows.forEach((row, i) => {
      row.hidden = !names[i].includes(text);
      count += row.hidden ? 0 : 1;
    });
    output.value = text && shown.replace("{shown}", count).replace("{all}", rows.length);
  };

  input.addEventListener("input", update);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    rows.find((row) => !row.hidden)?.querySelector("a").focus();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      input.value = "";
      update();
    }
  });
  update(); // what the browser has kept in the box
})();
