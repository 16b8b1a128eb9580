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

// Fields whose value is another one now than when it was last looked at.
const changedFields = () => {
  const fields = [];
  for (const field of memory().filled) {
    if (!field.element.isConnected) {
      const again = one(field.locator, document);
      if (!again.element) continue;
      field.element = again.element;
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

// Everything that was filled in, as it stands there now.
const readBack = () => {
  document.activeElement?.blur?.();
  changedFields();
  return memory().filled.filter(({ element }) => element.isConnected).map((field) => told_field(field, read(field.element)));
};

const OTHERS = {
  observe: (step, deadline) => observe(step, deadline),
  // Values of the page, each of which must be there exactly once.
  read: (step, deadline) =>
    until(deadline, () => {
      const root = step.root ? one(step.root, document) : { element: document };
      if (root.problem) return root;
      const values = step.readings.map((wanted) => reading(wanted, root.element));
      const missing = values.findIndex((got) => got.value === undefined);
      return missing < 0 ? { values } : problem('capture', { at: missing, count: values[missing].count });
    }),
  readback: async () => ({ fields: readBack() }),
  // Looks at the button beforehand, so that the submit itself need not wait to see that it stands still.
  foresee: async (step) => {
    const { element } = one(step.at, document);
    if (element) {
      scrollTo(element);
      memory().boxes.set(element, { box: boxOf(element), at: now() });
    }
    return {};
  },
  // The point of no return: what was filled in must still stand there, and the browser must let the form go.
  submit: async (step, deadline) => {
    const fields = changedFields();
    if (fields.length && !step.accept) return { fields };
    if (step.at) {
      const got = await ready(step.at, 'click', deadline);
      if (got.problem) return got;
      const complaints = blocking(got.element);
      if (complaints.length) return { complaints };
      watchChanges(step.token, step.sets);
      click(got.target);
    } else {
      watchChanges(step.token, step.sets);
    }
    return { sent: true };
  },
  // Only the watch, where keys submit.
  forget: async () => {
    memory().filled.length = 0;
    return {};
  },
};

const run = async () => {
  const results = [];
  for (const step of request.steps) {
    const begun = now();
    banner(step.show ?? '');
    const done = await (ACTS[step.do] ?? OTHERS[step.do])(step, begun + step.timeout);
    results.push({ ...done, took: Math.round(now() - begun) });
    if (done.problem) {
      const { kind, locator } = done.problem;
      if (kind === 'none') done.problem.names = namesAround(locator);
      break;
    }
    if (request.slow) await pause(request.slow);
  }
  return { results, url: location.href };
};

run().then(
  (answer) => callback(answer),
  (error) => callback({ results: [], url: location.href, error: `${error?.message ?? error} ${error?.stack ?? ''}` }),
);
