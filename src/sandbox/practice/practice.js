// The rounds of the practice page. The markup is bad on purpose, as it is in many business systems: no names, ids that
// mean nothing and change with every round, labels that are not tied to their fields.
(() => {
  "use strict";

  const place = document.getElementById("practice");
  const fields = JSON.parse(place.dataset.fields);
  const rounds = Number(place.dataset.rounds);

  const newId = () => `f${Math.random().toString(36).slice(2, 10)}`;

  function el(name, properties = {}, ...children) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  function shuffled(list) {
    const result = [...list];
    for (let at = result.length - 1; at > 0; at -= 1) {
      const other = Math.floor(Math.random() * (at + 1));
      [result[at], result[other]] = [result[other], result[at]];
    }
    return result;
  }

  let begun = 0;
  let right = 0;

  function drawStart() {
    const start = el("button", { type: "button", textContent: "Start", onclick: () => {
      begun = performance.now();
      right = 0;
      drawRound(1, "");
    } });
    place.replaceChildren(start);
  }

  function drawRound(round, said) {
    const inputs = new Map();
    const rows = shuffled(fields).map(({ name, caption }) => {
      const input = el("input", { id: newId(), autocomplete: "off" });
      inputs.set(name, input);
      return el("div", { id: newId() }, el("label", {}, caption), input);
    });
    const send = el("input", { type: "submit", id: newId(), value: "Absenden" });
    const status = el("p", { className: "notice", textContent: said, hidden: !said });
    status.setAttribute("role", "status");
    const form = el("form", { className: "card fields", noValidate: true }, ...rows, el("div", { className: "actions" }, send));
    form.onsubmit = async (event) => {
      event.preventDefault();
      if (send.disabled) return;
      send.disabled = true;
      const body = new URLSearchParams({ round, elapsed: Math.round(performance.now() - begun) });
      for (const [name, input] of inputs) body.set(name, input.value);
      const problem = await enter(body);
      if (problem) {
        send.disabled = false;
        status.textContent = problem;
        status.setAttribute("role", "alert");
        status.hidden = false;
        return;
      }
      const done = `${body.get("email")} ist eingetragen.`;
      if (round < rounds) drawRound(round + 1, done);
      else drawScore(done);
    };
    place.replaceChildren(el("h2", { textContent: `Runde ${round} von ${rounds}` }), status, form);
  }

  /** Sends a round; answers what went wrong. */
  async function enter(body) {
    let answer;
    try {
      answer = await fetch("/practice/rounds", { method: "POST", body });
    } catch {
      return "Der Server hat nicht geantwortet. Ob die Runde zählt, ist nicht bekannt.";
    }
    if (!answer.ok) return `Der Server hat einen Fehler gemeldet (${answer.status}).`;
    right += (await answer.json()).right;
    return null;
  }

  function drawScore(done) {
    const time = Math.round(performance.now() - begun);
    const all = rounds * fields.length;
    const rate = Math.floor((right * 100) / all);
    const score = `Erfolgsquote ${rate} % (${right} von ${all} Feldern) in ${time} ms`;
    const status = el("p", { className: "notice good", textContent: done });
    status.setAttribute("role", "status");
    const result = el("p", { id: "score", textContent: score });
    place.replaceChildren(el("h2", { textContent: "Geschafft" }), status, result);
    place.append(el("button", { type: "button", textContent: "Noch einmal", onclick: drawStart }));
  }

  drawStart();
})();
