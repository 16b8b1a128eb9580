// Adds a line to the order form: a copy of the template, with the next number in its names.
document.getElementById("add").addEventListener("click", () => {
  const lines = document.getElementById("lines");
  const number = String(lines.rows.length + 1);
  const row = document.getElementById("line").content.firstElementChild.cloneNode(true);
  row.cells[0].textContent = number;
  for (const input of row.querySelectorAll("input")) {
    input.setAttribute("aria-label", input.getAttribute("aria-label").replace("#", number));
  }
  lines.append(row);
  row.querySelector("input").focus();
});
