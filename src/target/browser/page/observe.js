// Seeing what a page shows: conditions, values, and whether it is the form, a login page or an error page. What was there
// before a submit proves nothing about it, so it does not count afterwards until it has changed.

const loginPage = () => {
  const passwords = all(document, 'input[type=password]').filter(visible);
  if (!passwords.length || !request.login) return false;
  return !request.login.some((condition) => holds(condition).met);
};

// The status with which this document came, where the browser tells; none for an error page of the browser's own.
const arrival = () => {
  const entry = performance.getEntriesByType('navigation')[0];
  return { status: entry?.responseStatus || null, redirected: (entry?.redirectCount ?? 0) > 0 };
};

const anchor = (locator) => {
  const { found, problem: trouble } = candidates(locator, document);
  return trouble ? [] : found.filter((element) => !isElement(element) || usable(element));
};

const textOf = (node, attributeName) => {
  if (!isElement(node)) return tidy(node.textContent);
  if (node === node.ownerDocument.documentElement) return '';
  if (attributeName) return node.getAttribute(attributeName);
  return node.matches(CONTROL) && node.type !== 'password' ? read(node) : seenText(node);
};

// A value of the page: exactly one, or why not.
const reading = (wanted, root) => {
  if (wanted.from === 'url') return { value: location.href };
  if (wanted.from === 'title') return { value: document.title };
  const { found, problem: trouble } = candidates(wanted.at, root ?? document);
  if (trouble) return { count: 0 };
  if (found.length === 0 || (found.length > 1 && !wanted.first)) return { count: found.length };
  const value = textOf(found[0], wanted.attribute);
  return value === null || value === undefined ? { count: 0 } : { value };
};

// One test of a condition: whether it holds, the elements that it holds by, and the values that others must judge.
const check = (test) => {
  switch (test.is) {
    case 'seen': {
      const by = anchor(test.at);
      return { met: by.length > 0, by };
    }
    case 'gone':
      return { met: anchor(test.at).length === 0, by: [] };
    case 'address': {
      const address = `${decoded(location.href)}\n${location.href}`;
      return { met: test.text === undefined || address.includes(test.text), by: [], value: location.href };
    }
    case 'title':
      return { met: test.text === undefined || tidy(document.title).includes(tidy(test.text)), by: [], value: document.title };
    default: {
      const got = reading(test);
      return { met: got.value !== undefined || test.optional === true, by: anchor(test.at ?? { by: 'css', text: ':root' }), ...got };
    }
  }
};

const decoded = (address) => {
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
};

const holds = (condition) => {
  const tests = condition.map(check);
  return { met: tests.every((test) => test.met), tests };
};

// What the conditions were met by before the submit.
const snapshot = (sets) => sets.map((set) => set.map((condition) => {
  const { met, tests } = holds(condition);
  return met ? new Set(tests.flatMap((test) => test.by)) : null;
}));

// Watches what changes, so that an element that was there before can count again.
const watchChanges = (token, sets) => {
  const state = memory();
  state.watch?.disconnect();
  state.token = token;
  state.before = snapshot(sets);
  state.touched = new WeakSet();
  state.invalid = new Set(invalidFields());
  state.watch = new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      for (let up = target; up; up = parentOf(up)) state.touched.add(up);
      for (const node of addedNodes) if (isElement(node)) for (const inner of [node, ...node.querySelectorAll('*')]) state.touched.add(inner);
    }
  });
  for (const root of rootsOf(document)) {
    state.watch.observe(root, { subtree: true, childList: true, characterData: true });
  }
};

// Whether a condition that is met now says something new.
const fresh = (token, set, condition, { tests }) => {
  const state = memory();
  if (!token || state.token !== token) return true;
  const before = state.before[set]?.[condition];
  if (!before) return true;
  const by = tests.flatMap((test) => test.by);
  return by.some((element) => !before.has(element) || state.touched.has(element));
};

const noteUnmet = (token, set, condition) => {
  const state = memory();
  if (token && state.token === token && state.before[set]) state.before[set][condition] = null;
};

// Fields that the page marks as wrong.
const invalidFields = () => all(document, '[aria-invalid=true], [aria-invalid=grammar], [aria-invalid=spelling]').filter(usable);

const complaint = (element) => {
  const words = [...referenced(element, 'aria-errormessage'), ...referenced(element, 'aria-describedby')].map(seenText).filter(Boolean);
  return { field: nameOf(element), message: words.join(' ') || element.validationMessage || '' };
};

// Fields for which the browser itself will not send the form.
const blocking = (button) => {
  const form = button.form;
  const submits = form && /^(submit|image)$/.test(button.type ?? '');
  if (!submits || form.noValidate || button.formNoValidate) return [];
  return [...form.elements].filter((element) => element.willValidate && !element.validity.valid).map(complaint);
};

// The messages of an error page, for people.
const words = () => {
  const alerts = all(document, '[role=alert], [class*=error i], [class*=fehler i]').filter(visible).map(seenText).filter(Boolean);
  return short(alerts[0] ?? all(document, 'h1, h2').filter(visible).map(seenText).find(Boolean) ?? tidy(document.title), 300);
};

// Waits until one of the sets of conditions is met, or the page is one that cannot meet any more.
const observe = async ({ sets, token, still: stillFor, form, previous }, deadline) => {
  let calm = now();
  let last = '';
  let arrivedAt = null;
  for (;;) {
    const newPage = Boolean(token) && memory().token !== token;
    const results = sets.map((set, at) => set.map((condition, nth) => {
      const result = holds(condition);
      if (!result.met) noteUnmet(token, at, nth);
      return { ...result, met: result.met && fresh(token, at, nth, result) };
    }));
    const seen = results.map((set) => set.map(({ met, tests }) => ({ met, tests: tests.map(({ met: one, value, count, by }) => ({
      met: one,
      value: value ?? (by[0] ? short(textOf(by[0]), 300) : undefined),
      count: count ?? by.length,
    })) })));
    const any = seen.some((set) => set.some(({ met }) => met));
    const shape = JSON.stringify(seen);
    if (shape !== last) calm = now();
    last = shape;
    const answer = (state, more = {}) => ({ state, sets: seen, newPage, url: location.href, ...arrival(), words: any ? '' : words(), shape, ...more });
    const whole = document.readyState === 'complete';
    const quiet = whole && (!stillFor || !document.scripts.length || now() - calm >= stillFor);
    // What is met only because something is not there says nothing on a login page.
    const firm = results.some((set) => set.some(({ met, tests }) => met && tests.some(({ by, value }) => by.length || value !== undefined)));
    if (!firm && whole && request.login && loginPage()) return answer('login');
    if (any && quiet && shape !== previous) return answer('met');
    if (location.protocol === 'chrome-error:' || /^about:neterror/.test(document.documentURI)) return answer('broken');
    if (whole && token && !any) {
      arrivedAt ??= now();
      const settled = now() - arrivedAt > 300;
      const old = newPage ? new Set() : memory().invalid;
      const complaints = invalidFields().filter((element) => !old.has(element) || memory().touched?.has(element));
      const isForm = form && candidates(form, document).found?.length === 1;
      if (complaints.length && isForm && settled) return answer('invalid', { complaints: complaints.map(complaint) });
      if (newPage && (arrival().status ?? 200) >= 400 && now() - arrivedAt > 1000) return answer('error');
    }
    if (now() >= deadline) return answer(any ? 'met' : 'time');
    await change();
  }
};
