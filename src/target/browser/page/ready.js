// Waiting with the care of a person: until an element is there, can be seen, is enabled, stands still and gets the click.

// What outlives one call in this document: fields that were filled, boxes seen, the submit under way.
const memory = () => {
  const key = '__eintrag';
  if (!window[key]) Object.defineProperty(window, key, { value: { filled: [], boxes: new WeakMap(), token: null, staged: null } });
  return window[key];
};

const now = () => performance.now();
const pause = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));
// Frames do not come in windows that are not drawn; a timer stands in for them.
const frame = () => Promise.race([new Promise((wake) => requestAnimationFrame(wake)), pause(40)]);

// Wakes up when something on the page changes, or after a short while.
const change = () =>
  new Promise((wake) => {
    let timer = 0;
    const done = () => {
      watch.disconnect();
      clearTimeout(timer);
      wake();
    };
    const watch = new MutationObserver(done);
    const what = { subtree: true, childList: true, attributes: true, characterData: true };
    for (const root of rootsOf(document)) watch.observe(root, what);
    timer = setTimeout(done, 50);
  });

// Asks again until there is no problem, the problem is one that waiting does not cure, or the time is over.
const until = async (deadline, probe) => {
  let since = null;
  for (;;) {
    const answer = await probe();
    if (!answer.problem) return answer;
    const { kind } = answer.problem;
    if (kind === 'selector') return answer;
    // Two of a kind for a moment (one goes, one comes) is usual; for longer it is what the page is.
    if (kind !== 'several') since = null;
    else if (since === null) since = now();
    else if (now() - since > 1000) return answer;
    if (now() >= deadline) return answer;
    if (request.login && loginPage()) return problem('login');
    await change();
  }
};

const boxOf = (element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [x, y, width, height].map(Math.round).join(' ');
};

// Notes where the element is, and that frames go by since.
const glance = (element) => {
  const seen = { box: boxOf(element), at: now(), frames: 0 };
  memory().boxes.set(element, seen);
  requestAnimationFrame(() => (seen.frames += 1));
  return seen;
};

// Whether the element's box is where it was a frame ago. Styles and most scripts move things at each frame, old scripts
// every 13 ms.
const still = async (element) => {
  const known = memory().boxes.get(element);
  const seen = known?.box === boxOf(element) ? known : glance(element);
  if (!seen.frames) await frame();
  const early = seen.at + 14 - now();
  if (early > 0) await pause(early);
  const same = boxOf(element) === seen.box;
  if (!same) glance(element);
  return same;
};

// What is seen of an element that a click is meant for: a hidden box is clicked on its label.
const handle = (element) => {
  if (visible(element)) return element;
  return [...(element.labels ?? [])].find((label) => visible(label)) ?? element;
};

const scrollTo = (element) => element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });

// The element that would get a click in the middle of this one, if it is not this one.
const coveredBy = (element) => {
  for (let one = element; one; one = viewOf(one)?.frameElement) {
    const page = viewOf(one);
    const box = one.getClientRects()[0] ?? one.getBoundingClientRect();
    const left = Math.max(box.left, 0);
    const right = Math.min(box.right, page.innerWidth);
    const top = Math.max(box.top, 0);
    const bottom = Math.min(box.bottom, page.innerHeight);
    if (right <= left || bottom <= top) return one;
    let hit = one.ownerDocument.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    while (hit?.shadowRoot) {
      const deeper = hit.shadowRoot.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      if (!deeper || deeper === hit) break;
      hit = deeper;
    }
    if (!hit) return one;
    let mine = false;
    for (let up = hit; up && !mine; up = parentOf(up)) {
      mine = up === one || (up.tagName === 'LABEL' && up.control === one) || [...(one.labels ?? [])].includes(up);
    }
    // A covering parent (a styled wrapper around an input) hands the click on by focusing; it is not in the way.
    if (!mine && !(hit.contains(one) && one.matches(CONTROL))) return hit;
  }
  return null;
};

const disabled = (element) =>
  element.matches(':disabled') || Boolean(element.closest('[aria-disabled=true]')) || Boolean(element.closest('fieldset:disabled'));

// Whether a locator means another element each time that one is added.
const isLast = (locator) => Boolean(locator) && (locator.nth === 'last' || isLast(locator.within));

// Another field of the record that ended at this control: its value would be lost unseen. The same words mean the same
// control again, which may be given another value; but not by the last of several, whose successor is still to come. Where
// the page was led on since, and has taken the value away, the control is a new one.
const taken = (step, element) => {
  if (step.field === undefined) return {};
  const other = memory().filled.find((one) => one.field !== step.field && (one.element === element || element.contains(one.element)));
  if (!other) return {};
  const again = JSON.stringify(other.locator) === JSON.stringify(step.at);
  if (again && !isLast(step.at)) return {};
  if (other.field < step.settled && read(other.element) !== other.found) return {};
  return problem('taken', { locator: step.at, other: again ? undefined : other.locator, outline: outline(element) });
};

// Waits for the one element that a locator means to be ready for what is meant: `fill`, `click` or `see`; with a step, to
// be given a value.
const ready = (locator, use, deadline, step = {}) =>
  until(deadline, async () => {
    const found = one(locator, document);
    if (found.problem) return found;
    const { element } = found;
    if (use === 'see') return { element };
    const other = taken(step, element);
    if (other.problem) return other;
    if (disabled(element)) return problem('disabled', { locator, outline: outline(element) });
    if (use === 'fill' && element.readOnly) return problem('readonly', { locator, outline: outline(element) });
    const target = handle(element);
    let over = coveredBy(target);
    if (over) {
      scrollTo(target);
      over = coveredBy(target);
    }
    if (over) {
      return problem('covered', { locator, outline: outline(element), by: over === target ? 'the edge of the page' : outline(over) });
    }
    // Of a list the option is set, wherever the list has got to.
    if (use === 'click' && element.tagName !== 'SELECT' && !(await still(target))) return problem('moving', { locator, outline: outline(element) });
    return { element, target };
  });

// Looking at a page that was written to means laying it out anew. So of fields that are filled one after the other all are
// looked at before the first is, and what was seen counts until anything on the page changes but the values of fields.
const ahead = { seen: new Map(), watch: null, over: false };

const lookAhead = (from) => {
  const steps = request.steps.slice(request.steps.indexOf(from));
  const end = steps.findIndex((step) => step.do !== 'fill');
  for (const step of end < 0 ? steps : steps.slice(0, end)) {
    const { element } = one(step.at, document);
    const isPlain = element?.matches('input, textarea') && !isBox(element) && !disabled(element) && !element.readOnly;
    if (!isPlain) continue;
    if (coveredBy(element)) scrollTo(element);
    if (!coveredBy(element)) ahead.seen.set(step, element);
  }
  ahead.watch = new MutationObserver(() => (ahead.over = true));
  const what = { subtree: true, childList: true, attributes: true, characterData: true };
  for (const root of rootsOf(document)) ahead.watch.observe(root, what);
};

// The field of a step as it was seen beforehand, while that counts.
const foreseen = (step) => {
  if (!ahead.watch) lookAhead(step);
  ahead.over ||= ahead.watch.takeRecords().length > 0;
  return ahead.over ? null : (ahead.seen.get(step) ?? null);
};
