// Locators: from what the recipe says to the elements that it may mean. Sees into open shadow roots and frames of the same
// origin. Whether exactly one was meant is decided by whoever asks.

// The document of a frame, where it may be read.
const inside = (element) => {
  try {
    return element.contentDocument;
  } catch {
    return null;
  }
};

// All elements below a root that match, in the order of the page.
const all = (root, selector) => {
  const found = [];
  for (const element of root.querySelectorAll('*')) {
    if (element.matches(selector)) found.push(element);
    if (element.shadowRoot) found.push(...all(element.shadowRoot, selector));
    else if (element.tagName === 'IFRAME' || element.tagName === 'FRAME') {
      const page = inside(element);
      if (page) found.push(...all(page, selector));
    }
  }
  return found;
};

// The documents and shadow roots below a root, itself included.
const rootsOf = (root) => {
  const roots = [root];
  for (const element of root.querySelectorAll('*')) {
    if (element.shadowRoot) roots.push(...rootsOf(element.shadowRoot));
    else if (element.tagName === 'IFRAME' || element.tagName === 'FRAME') {
      const page = inside(element);
      if (page) roots.push(...rootsOf(page));
    }
  }
  return roots;
};

// Those of the elements that have the wanted name; the first kind of name that any has decides, capitals count only
// where something is written exactly so.
const named = (elements, kinds, wanted) => {
  for (const fold of [exactly, loosely]) {
    for (const names of kinds) {
      const hits = elements.filter((element) => names(element).some((name) => fold(name) === fold(wanted)));
      if (hits.length) return hits;
    }
  }
  return [];
};

// Elements of one tree in which text may stand that `textContent` does not tell of.
const opaqueIn = (root) => {
  const opaque = new Set();
  for (const element of root.querySelectorAll('*')) {
    if (!element.shadowRoot && !element.matches(`iframe, frame, ${BUTTON_INPUT}`)) continue;
    for (let up = element; up && up !== root && !opaque.has(up); up = up.parentElement) opaque.add(up);
  }
  return opaque;
};

// The innermost elements whose visible text holds this.
const holding = (root, wanted) => {
  const text = tidy(wanted);
  const found = [];
  const look = (element, opaque) => {
    if (UNREAD.has(element.tagName)) return false;
    // Most of a page is passed over by this one comparison.
    if (!opaque.has(element) && !tidy(element.textContent).includes(text)) return false;
    const page = element.shadowRoot ?? (/^I?FRAME$/.test(element.tagName) ? inside(element) : null);
    let deeper = page ? lookAll(page) : false;
    for (const child of element.children) deeper = look(child, opaque) || deeper;
    if (deeper) return true;
    if (page || !seenText(element).includes(text) || !visible(element)) return false;
    found.push(element);
    return true;
  };
  const lookAll = (tree) => {
    const opaque = opaqueIn(tree);
    let any = false;
    for (const child of tree.children) any = look(child, opaque) || any;
    return any;
  };
  if (isElement(root) && !root.children.length) return seenText(root).includes(text) && visible(root) ? [root] : [];
  lookAll(root);
  return found.length || !isElement(root) || !seenText(root).includes(text) || !visible(root) ? found : [root];
};

// Elements that are nothing but this text: what is clicked though the page does not say that it can be.
const wholly = (root, wanted) => {
  const found = holding(root, wanted).filter((element) => exactly(seenText(element)) === exactly(wanted));
  return found.filter((element) => !found.some((other) => other !== element && element.contains(other)));
};

const cellText = (cell) => {
  const control = cell.querySelector('input:not([type=hidden]), textarea, select');
  return seenText(cell) || (control ? seenText(control) : '');
};

const rowsWith = (root, wanted) => {
  const text = tidy(wanted);
  return all(root, 'tr, [role=row]').filter((row) => {
    const cells = row.matches('tr') ? [...row.cells] : [...row.querySelectorAll('[role=cell], [role=gridcell], [role=rowheader]')];
    return visible(row) && cells.some((cell) => cellText(cell) === text);
  });
};

const byXpath = (root, path) => {
  const found = [];
  for (const one of rootsOf(root)) {
    const page = one.ownerDocument ?? one;
    const result = page.evaluate(path, one, null, 7, null);
    for (let at = 0; at < result.snapshotLength; at += 1) found.push(result.snapshotItem(at));
  }
  return found.filter(isElement);
};

// What stands beside a caption: `<dt>`/`<dd>`, the next cell, the control or the text after it.
const besideCaption = (root, wanted) => {
  const row = isElement(root) && root.matches('tr') ? root : null;
  if (row) {
    const cells = [...row.cells].filter((cell) => columnOf(cell).some((name) => exactly(name) === exactly(wanted)));
    if (cells.length) return cells;
  }
  const captions = all(root, 'dt, th, td, label, strong, b, span, div, p').filter(
    (element) => visible(element) && !element.querySelector(CONTROL) && exactly(captionText(element)) === exactly(wanted),
  );
  const innermost = captions.filter((one) => !captions.some((other) => other !== one && one.contains(other)));
  const values = [];
  for (const element of innermost) {
    let node = element;
    while (node && isElement(node) && !nextFilled(node) && !node.matches(BOUNDARY)) node = parentOf(node);
    const next = node && isElement(node) ? nextFilled(node) : null;
    if (next && !values.includes(next)) values.push(next);
  }
  return values;
};

// The next thing that shows a text.
const nextFilled = (element) => {
  for (let next = element.nextElementSibling; next; next = next.nextElementSibling) {
    if (seenText(next) && visible(next)) return next;
  }
  const text = element.nextSibling;
  return text?.nodeType === 3 && tidy(text.data) ? text : null;
};

const FINDERS = {
  label: (root, { text }) => named(all(root, CONTROL).filter((one) => usable(one) && !one.matches(BUTTON_INPUT)), LABELS, text),
  click: (root, { text }) => {
    const hits = named(all(root, CLICKABLE).filter(visible), [clickNames], text);
    // A button inside a clickable row is what is meant, not the row.
    const inner = hits.filter((one) => !hits.some((other) => other !== one && one.contains(other)));
    return inner.length ? inner : wholly(root, text);
  },
  group: (root, { text }) => named(all(root, GROUP).filter(visible), [groupNames], text),
  frame: (root, { text }) =>
    all(root, 'iframe, frame').filter((one) => [one.name, one.title, one.id].some((name) => tidy(name) === tidy(text))),
  value: (root, { text }) => {
    const controls = FINDERS.label(root, { text });
    return controls.length ? controls : besideCaption(root, text);
  },
  role: (root, { role, text }) => {
    const implicit = ROLES[role] ? `${ROLES[role]}` : ':not(*)';
    const have = all(root, `[role="${CSS.escape(role)}"], :is(${implicit}):not([role])`).filter(usable);
    if (text === undefined) return have;
    return named(have, [(one) => (one.matches(CONTROL) && !one.matches(BUTTON_INPUT) ? LABELS.flatMap((of) => of(one)) : [...clickNames(one), ...groupNames(one)])], text);
  },
  text: (root, { text }) => holding(root, text),
  placeholder: (root, { text }) => named(all(root, '[placeholder]').filter(visible), [attribute('placeholder')], text),
  test_id: (root, { text }) =>
    all(root, ['data-testid', 'data-test-id', 'data-test'].map((name) => `[${name}="${CSS.escape(text)}"]`).join(', ')).filter(usable),
  css: (root, { text }) => all(root, text).filter(usable),
  xpath: (root, { text }) => byXpath(root, text).filter(usable),
  row: (root, { text }) => rowsWith(root, text),
};

// The elements that a locator may mean, or the problem of the element that it is looked for in.
const candidates = (locator, top) => {
  let root = top;
  if (locator.within) {
    const within = one(locator.within, top);
    if (within.problem) return within;
    root = within.element.shadowRoot && !within.element.children.length ? within.element.shadowRoot : within.element;
  }
  let found;
  try {
    found = FINDERS[locator.by](root, locator);
  } catch (error) {
    return problem('selector', { why: String(error.message ?? error) });
  }
  if (locator.nth === 'last') found = found.slice(-1);
  else if (locator.nth !== undefined) found = found.slice(locator.nth - 1, locator.nth);
  return { found };
};

// The one element that a locator means, or why there is none.
const one = (locator, top) => {
  const { found, problem: trouble } = candidates(locator, top);
  if (trouble) return { problem: trouble };
  if (found.length === 1) return { element: found[0] };
  if (found.length === 0) return problem('none', { locator });
  return problem('several', { locator, count: found.length, which: found.slice(0, 5).map(told) });
};

// How several elements can be told apart.
const told = (element) => ({
  outline: isElement(element) ? outline(element) : short(tidy(element.textContent)),
  within: isElement(element) ? placeOf(element) : '',
  css: isElement(element) ? selectorOf(element) : '',
});

const selectorOf = (element) => {
  const root = element.getRootNode();
  const only = (selector) => root.querySelectorAll(selector).length === 1;
  const tag = element.tagName.toLowerCase();
  const tries = [
    element.id && `#${CSS.escape(element.id)}`,
    element.getAttribute('name') && `${tag}[name="${CSS.escape(element.getAttribute('name'))}"]`,
  ];
  return tries.find((selector) => selector && only(selector)) ?? '';
};

// Names on the page that might have been meant, for the message; the nearest are picked by whoever shows it.
const namesAround = (locator) => {
  const pick = (selector, names) => all(document, selector).filter(usable).slice(0, 200).map((element) => names(element)).filter(Boolean);
  const names = {
    click: () => pick(CLICKABLE, (element) => short(clickNames(element)[0] ?? '')),
    group: () => pick(GROUP, (element) => short(groupNames(element).map(caption)[0] ?? '')),
    frame: () => all(document, 'iframe, frame').map((element) => element.name || element.title || element.id).filter(Boolean),
  };
  const controls = () => pick(CONTROL, nameOf);
  return [...new Set((names[locator.by] ?? controls)())].slice(0, 60);
};
