// The one call: a batch of steps, done one after the other; stops at the first that cannot be done.

const banner = (text) => {
  if (!request.show || !document.body) return;
  let bar = document.getElementById('__eintrag_step');
  if (!bar) {
    bar = document.createElement('div');
    bar.id = '__eintrag_step';
    bar.setAttribute('aria-hidden', 'true');
    bar.style.cssText =
      'position:fixed;left:8px;bottom:8px;z-index:2147483647;pointer-events:none;padding:4px 10px;border-radius:4px;' +
      'background:#1b3a57;color:#fff;font:14px system-ui,sans-serif;opacity:.92';
    document.body.append(bar);
  }
  bar.textContent = text;
};

// Fields whose value is another one now than when it was last looked at, and those that are gone. A page may draw a field
// anew; those before `settled` may go with the page or the step of it that was left since.
const changedFields = (settled) => {
  const fields = [];
  for (const field of memory().filled) {
    if (!field.element.isConnected) {
      const again = findAgain(field);
      if (!again) {
        if (field.field >= settled) fields.push({ ...told_field(field, ''), gone: true });
        continue;
      }
      field.element = again;
    }
    const found = read(field.element);
    if (found !== field.found) fields.push(told_field(field, found));
    field.found = found;
  }
  return fields;
};

const told_field = ({ what, field, wanted, element }, found) => ({
  what,
  field,
  wanted,
  found,
  type: element.tagName === 'INPUT' ? element.type : element.tagName.toLowerCase(),
});

// The control that has the focus, through shadow roots and frames.
const deepFocus = () => {
  let element = document.activeElement;
  for (;;) {
    const deeper = element?.shadowRoot?.activeElement ?? (/^I?FRAME$/.test(element?.tagName) ? inside(element)?.activeElement : null);
    if (!deeper) return element;
    element = deeper;
  }
};

// Everything that was filled in, as it stands there now. What is gone may be about to be drawn anew.
const readBack = async ({ settled, lost = [] }, deadline) => {
  blur(deepFocus());
  // A page that was loaded anew has forgotten its fields; it may show their values all the same.
  for (const field of lost) adopt(field);
  const end = Math.min(deadline, now() + 1000);
  for (;;) {
    const gone = changedFields(settled).filter((field) => field.gone);
    if (!gone.length || now() >= end) {
      const there = memory().filled.filter(({ element }) => element.isConnected);
      return [...there.map((field) => told_field(field, read(field.element))), ...gone];
    }
    await change();
  }
};

const OTHERS = {
  observe: (step, deadline) => observe(step, deadline),
  // Values of the page, each of which must be there exactly once.
  read: (step, deadline) =>
    until(deadline, () => {
      const root = step.root ? one(step.root, document) : { element: document };
      if (root.problem) return root;
      // What stands in a row is looked for in it; else the found element only says that the page is the right one.
      const top = isElement(root.element) && root.element.matches('tr, [role=row]') ? root.element : document;
      const values = step.readings.map((wanted) => reading(wanted, top));
      const missing = step.lenient ? -1 : values.findIndex((got) => got.value === undefined);
      return missing < 0 ? { values } : problem('capture', { at: missing, count: values[missing].count });
    }),
  readback: async (step, deadline) => {
    const fields = await readBack(step, deadline);
    // Before a page is left, whoever asks must see what is not as it was written.
    const differs = step.strict && fields.some(({ wanted, found, gone }) => gone || wanted !== found);
    return differs ? { ...problem('differs'), fields } : { fields };
  },
  // Looks where an element is; it may yet have to come.
  glance: async (step) => {
    const { element } = one(step.at, document);
    if (element) glance(element);
    return {};
  },
  // Marks this page as the one that is submitted, and looks at the button beforehand, so that the submit itself need not
  // wait to see that it stands still.
  foresee: async (step) => {
    memory().staged = step.token;
    const { element } = step.at ? one(step.at, document) : {};
    if (element) {
      scrollTo(element);
      // A glance from before the fields were filled in counts for more than one of now.
      if (memory().boxes.get(element)?.box !== boxOf(element)) glance(element);
    }
    return {};
  },
  // All that can be known of a submit without making it: that its one element is ready, and the browser lets the form go.
  rehearse: async (step, deadline) => {
    const got = await ready(step.at, 'click', deadline);
    if (got.problem) return got;
    const complaints = step.clicked ? blocking(got.element) : [];
    return complaints.length ? { complaints } : {};
  },
  // The point of no return: what was filled in must still stand there, and the browser must let the form go.
  submit: async (step, deadline) => {
    // Drivers do a script again that a new page has cut off: there, the click must not be made a second time.
    // Where it is not known to be such a call, nobody can tell whether the click was made: what this page shows proves nothing.
    if (memory().staged !== step.token) return { left: true, sent: true, replaced: true };
    const fields = changedFields(step.settled);
    if (fields.length && !step.accept) return { fields };
    if (step.at) {
      const got = await ready(step.at, 'click', deadline);
      if (got.problem) return got;
      const complaints = blocking(got.element);
      if (complaints.length) return { complaints };
      watchChanges(step.token, step.sets);
      memory().staged = null;
      return { sent: true, left: await leaves(() => click(got.target)) };
    }
    watchChanges(step.token, step.sets);
    memory().staged = null;
    return { sent: true };
  },
  // For the time of a picture nothing is seen of passwords and of texts that hold a secret.
  hide: async (step) => {
    const undo = [];
    const cover = (element) => {
      const before = element.getAttribute('style');
      element.style.setProperty('color', 'transparent', 'important');
      element.style.setProperty('-webkit-text-fill-color', 'transparent', 'important');
      undo.push(() => (before === null ? element.removeAttribute('style') : element.setAttribute('style', before)));
    };
    const holdsSecret = (text) => step.secrets.some((secret) => text.includes(secret));
    for (const element of all(document, 'input, textarea')) {
      if (element.type === 'password' || holdsSecret(element.value)) cover(element);
    }
    for (const root of rootsOf(document)) {
      const texts = (root.ownerDocument ?? root).createTreeWalker(root, 4);
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        if (!holdsSecret(text.data)) continue;
        const before = text.data;
        undo.push(() => (text.data = before));
        for (const secret of step.secrets) text.data = text.data.split(secret).join(step.mask);
      }
    }
    memory().undo = undo;
    return {};
  },
  unhide: async () => {
    for (const undo of (memory().undo ?? []).reverse()) undo();
    return {};
  },
};

// Whether the driver does this call again, in a page that has replaced the one that it was made for. Looking may be done
// again.
const isAgain = () => {
  if (!request.call || request.steps.every((step) => step.do === 'observe' || step.do === 'read')) return false;
  try {
    if (sessionStorage.getItem('__eintrag') === request.call) return true;
    sessionStorage.setItem('__eintrag', request.call);
  } catch {
    // Pages without an origin have no storage; nothing of theirs is ever submitted twice, by the mark of the page itself.
  }
  return false;
};

const run = async () => {
  const results = [];
  if (isAgain()) return { results, again: true, url: location.href };
  // On a page that stays, what was filled in for the record before is nobody's any more.
  if (request.record && memory().record !== request.record) {
    memory().record = request.record;
    memory().filled = [];
  }
  for (const step of request.steps) {
    // What belongs to one end of an observation only is left out at another.
    if (step.onlyMet !== undefined && !results.at(-1)?.sets?.[step.onlyMet]?.some(({ met }) => met)) break;
    const begun = now();
    banner(step.show ?? '');
    const done = await (ACTS[step.do] ?? OTHERS[step.do])(step, begun + step.timeout);
    results.push({ ...done, took: Math.round(now() - begun) });
    if (done.problem) {
      const { kind, locator } = done.problem;
      if (kind === 'none') done.problem.names = namesAround(locator);
      break;
    }
    if (done.left || done.fields?.length && step.do === 'submit' || done.complaints || (done.state && done.state !== 'met')) break;
    if (request.slow) await pause(request.slow);
  }
  return { results, url: location.href };
};

run().finally(() => ahead.watch?.disconnect()).then(
  (answer) => callback(answer),
  (error) => callback({ results: [], url: location.href, error: `${error?.message ?? error} ${error?.stack ?? ''}` }),
);
