// The single-page order form. Like many modern pages it keeps its values in an object of its own and draws the fields
// from it: what an input holds without an `input` event having said so is lost. Ids are new at every drawing.
(() => {
  "use strict";

  const DRAWN_AFTER = 120; // The first drawing, in milliseconds.
  const NEWS_AFTER = 120; // The dialog with the news, after the first drawing.
  const LIST_AFTER = 120; // The list of suppliers, after the last key.
  const CURRENCY_AFTER = 150; // The currency, after a supplier was chosen.
  const ROW_AFTER = 80; // A new row, after the click.
  const COVERED_FOR = 400; // The last button, after its dialog has opened.

  const app = document.getElementById("app");
  const csrf = app.dataset.csrf;

  const newId = () => `x${Math.random().toString(36).slice(2, 10)}`;
  const wait = (time) => new Promise((done) => setTimeout(done, time));

  /** An element; attributes that are functions are listeners. */
  function el(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(key, value);
      else if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children);
    return element;
  }

  const button = (text, click, attributes = {}) => el("button", { type: "button", click, ...attributes }, text);

  const emptyLine = () => ({ article: "", text: "", quantity: "", price: "" });
  const emptyOrder = () => ({ number: "", supplier: "", ordered: "", currency: "EUR", iban: "", note: "", lines: [] });

  let order = emptyOrder();
  let errors = [];

  const errorOf = (field, line) => errors.find((error) => error.field === field && error.line === line)?.message;

  /** A labelled field that writes to the order whatever was typed, and shows what the order then holds. */
  function field(label, name, attributes = {}, change = (text) => text) {
    const id = newId();
    const error = errorOf(name);
    const input = el("input", {
      id,
      autocomplete: "off",
      "aria-invalid": error && "true",
      ...attributes,
      input: () => {
        order[name] = change(input.value);
        if (input.value !== order[name]) input.value = order[name];
      },
      blur: () => {
        input.value = order[name];
      },
    });
    input.value = order[name];
    return el("div", {}, el("label", { for: id }, label), input, ...(error ? [el("p", { class: "error" }, error)] : []));
  }

  /** `DE44500105175407324931` as `DE44 5001 0517 5407 3249 31`, while it is typed. */
  const inGroups = (text) => (text.replace(/[^0-9a-z]/gi, "").toUpperCase().slice(0, 34).match(/.{1,4}/g) ?? []).join(" ");

  /** The look-up: the list comes a while after the last key, and only what is picked from it counts. */
  function supplierField(picked) {
    const id = newId();
    const listId = newId();
    const error = errorOf("supplier");
    let asked = 0;
    const list = el("ul", { id: listId, role: "listbox", class: "options", "aria-label": "Treffer", hidden: true });
    const close = () => {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
    };
    const input = el("input", {
      id,
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": listId,
      "aria-invalid": error && "true",
      autocomplete: "off",
      placeholder: "Name eingeben",
      input: async () => {
        order.supplier = "";
        const mine = ++asked;
        await wait(LIST_AFTER);
        if (mine !== asked) return;
        const answer = await fetch(`/portal/app/suppliers?q=${encodeURIComponent(input.value)}`);
        if (answer.redirected) return toLogin();
        const names = answer.ok ? await answer.json() : [];
        if (mine !== asked) return;
        list.replaceChildren(...names.map((name) => el("li", { role: "option", mousedown: (event) => pick(event, name) }, name)));
        list.hidden = names.length === 0;
        input.setAttribute("aria-expanded", String(!list.hidden));
      },
      blur: () => {
        asked += 1;
        close();
        input.value = order.supplier;
      },
    });
    const pick = (event, name) => {
      event.preventDefault();
      order.supplier = name;
      input.value = name;
      close();
      picked();
    };
    input.value = order.supplier;
    return el("div", { class: "lookup" }, el("label", { for: id }, "Lieferant *"), input, list,
      ...(error ? [el("p", { class: "error" }, error)] : []));
  }

  function currencyField() {
    const id = newId();
    const select = el("select", { id, change: () => (order.currency = select.value) },
      ...["EUR", "CHF", "USD"].map((name) => el("option", {}, name)));
    select.value = order.currency;
    return el("div", {}, el("label", { for: id }, "Währung"), select);
  }

  /** The first step of the wizard: the head. */
  function drawHead() {
    const form = el("div", { class: "card fields" });
    let hasCurrency = false;
    const addCurrency = () => {
      if (!hasCurrency) form.lastElementChild.before(currencyField());
      hasCurrency = true;
    };
    const message = el("p", { class: "notice bad", role: "alert", hidden: true });
    const next = () => {
      const missing = [["number", "Bestellnummer"], ["supplier", "Lieferant"], ["ordered", "Bestelldatum"]]
        .filter(([name]) => !order[name]).map(([, label]) => label);
      message.textContent = `Bitte ausfüllen: ${missing.join(", ")}.`;
      message.hidden = missing.length === 0;
      if (message.hidden) drawLines();
    };
    form.append(
      ...(errors.length ? [el("p", { class: "notice bad", role: "alert" }, "Bitte prüfen Sie die markierten Felder. Es wurde nichts gespeichert.")] : []),
      field("Bestellnummer *", "number"),
      supplierField(() => setTimeout(addCurrency, CURRENCY_AFTER)),
      field("Bestelldatum *", "ordered", { type: "date" }),
      field("IBAN für Vorkasse", "iban", {}, inGroups),
      field("Bemerkung", "note", { maxlength: 80 }),
      el("div", { class: "actions" }, message, button("Weiter", next)),
    );
    if (order.supplier) addCurrency();
    app.replaceChildren(el("h2", {}, "Schritt 1 von 2: Kopfdaten"), form);
  }

  /** The second step: the lines. */
  function drawLines() {
    const columns = [["article", "Artikel"], ["text", "Bezeichnung"], ["quantity", "Menge"], ["price", "Einzelpreis"]];
    const heads = columns.map(([, label]) => el("th", { scope: "col", id: newId() }, label));
    const body = el("tbody");
    const drawRow = (line) => {
      const at = order.lines.indexOf(line);
      const head = el("th", { scope: "row", id: newId() }, String(at + 1));
      const cells = columns.map(([name], column) => {
        const error = errorOf(name, at);
        const input = el("input", {
          id: newId(),
          "aria-labelledby": `${heads[column].id} ${head.id}`,
          "aria-invalid": error && "true",
          autocomplete: "off",
          input: () => (line[name] = input.value),
          blur: () => (input.value = line[name]),
        });
        input.value = line[name];
        return el("td", {}, input, ...(error ? [el("p", { class: "error" }, error)] : []));
      });
      body.append(el("tr", {}, head, ...cells));
    };
    const add = async () => {
      const line = emptyLine();
      order.lines.push(line);
      await wait(ROW_AFTER);
      drawRow(line);
    };
    order.lines.forEach(drawRow);
    const table = el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Pos."), ...heads)), body);
    app.replaceChildren(
      el("h2", {}, "Schritt 2 von 2: Positionen"),
      el("div", { class: "card" }, el("div", { class: "scroll" }, table), button("Zeile hinzufügen", add, { class: "quiet" })),
      el("div", { class: "actions" }, button("Zurück", drawHead, { class: "quiet" }), " ", button("Prüfen", confirmOrder)),
    );
  }

  /** A dialog; the others that are open are closed. */
  function dialog(title, ...children) {
    const id = newId();
    document.querySelectorAll("dialog").forEach((open) => open.remove());
    const made = el("dialog", { "aria-labelledby": id }, el("h2", { id }, title), ...children);
    document.body.append(made);
    made.showModal();
    return made;
  }

  function confirmOrder() {
    const message = el("p", { class: "notice bad", role: "alert", hidden: true });
    const veil = el("div", { class: "veil" }, "Wird berechnet …");
    const send = button("Verbindlich bestellen", () => save(send, message, made));
    const text = `Bestellung ${order.number} bei ${order.supplier} mit ${order.lines.length} Positionen.`;
    const made = dialog("Bestellung prüfen", el("p", {}, text), message,
      el("div", { class: "actions" }, button("Ändern", () => made.remove(), { class: "quiet" }), " ", send), veil);
    setTimeout(() => veil.remove(), COVERED_FOR);
  }

  const toLogin = () => location.assign(`/login?next=${encodeURIComponent(location.pathname)}`);

  /** `2026-01-31` as `31.01.2026`. */
  const german = (date) => date.split("-").reverse().join(".");

  async function save(send, message, made) {
    const say = (text) => {
      message.textContent = text;
      message.hidden = false;
      send.disabled = false;
    };
    send.disabled = true;
    message.hidden = true;
    const { lines, ...head } = order;
    const body = new URLSearchParams({ ...head, ordered: german(order.ordered), csrf });
    for (const line of lines) {
      for (const [name, value] of Object.entries(line)) body.append(name, value);
    }
    let answer;
    try {
      answer = await fetch("/portal/app/orders", { method: "POST", body });
    } catch {
      return say("Der Server hat nicht geantwortet. Ob die Bestellung gespeichert wurde, ist nicht bekannt.");
    }
    if (answer.redirected) return toLogin();
    const said = await answer.json().catch(() => ({}));
    if (answer.status === 422) {
      errors = said.errors;
      made.remove();
      return errors.some((error) => error.line === undefined && error.field !== "lines") ? drawHead() : drawLines();
    }
    if (!answer.ok) return say(said.message ?? `Der Server hat einen Fehler gemeldet (${answer.status}).`);
    made.remove();
    order = emptyOrder();
    errors = [];
    app.replaceChildren(
      el("p", { class: "notice good", role: "status" }, `Die Bestellung ${said.number} wurde gespeichert.`),
      el("p", {}, "Beleg: ", el("strong", { "data-testid": "receipt" }, said.receipt)),
      button("Weitere Bestellung", drawHead),
    );
  }

  setTimeout(() => {
    drawHead();
    setTimeout(() => {
      const news = dialog("Neuigkeiten", el("p", {}, "Das Bestellportal hat jetzt zwei Schritte."),
        button("Verstanden", () => news.remove()));
    }, NEWS_AFTER);
  }, DRAWN_AFTER);
})();
