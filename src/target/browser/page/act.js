// Acting on one element as a person's hand would, with all events that pages listen to.

const fire = (element, type, Kind, more = {}) => {
  const Event = viewOf(element)[Kind];
  return element.dispatchEvent(new Event(type, { bubbles: true, cancelable: true, composed: true, view: viewOf(element), ...more }));
};

// A window in the background tells its page nothing of a focus that moves; fields that act on it must hear all the same.
const tell = (element, types) => {
  if (element.ownerDocument.hasFocus()) return;
  for (const type of types) fire(element, type, 'FocusEvent', { bubbles: /in$|out$/.test(type), cancelable: false });
};

const blur = (element) => {
  if (!element || element === element.ownerDocument.body || !element.blur) return;
  element.blur();
  tell(element, ['blur', 'focusout']);
};

const focus = (element) => {
  const root = element.getRootNode();
  if (root.activeElement === element) return;
  // A page that has the focus tells the field before by itself.
  if (!element.ownerDocument.hasFocus()) blur(root.activeElement);
  element.focus({ preventScroll: true });
  tell(element, ['focus', 'focusin']);
};

// A click as a hand makes it: custom controls listen to what comes before the click itself.
const click = (element) => {
  const box = element.getBoundingClientRect();
  const at = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, button: 0, detail: 1 };
  const mouse = { ...at, buttons: 1 };
  fire(element, 'pointerover', 'PointerEvent', { ...at, isPrimary: true, pointerType: 'mouse' });
  fire(element, 'mouseover', 'MouseEvent', at);
  fire(element, 'pointerdown', 'PointerEvent', { ...mouse, isPrimary: true, pointerType: 'mouse' });
  const stays = fire(element, 'mousedown', 'MouseEvent', mouse);
  if (stays) (element.closest('a[href], button, input, select, textarea, [tabindex]') ?? element).focus?.({ preventScroll: true });
  fire(element, 'pointerup', 'PointerEvent', { ...at, isPrimary: true, pointerType: 'mouse' });
  fire(element, 'mouseup', 'MouseEvent', at);
  if (element.isConnected) element.click();
};

// Acts, and tells whether the page is about to be left for another one because of it.
const leaves = async (act) => {
  let leaving = false;
  const goes = (event) => {
    leaving ||= !event.hashChange && !event.destination?.sameDocument;
  };
  const sends = (event) => {
    leaving ||= !event.defaultPrevented;
  };
  window.navigation?.addEventListener('navigate', goes);
  window.addEventListener('submit', sends);
  act();
  await pause(0);
  window.navigation?.removeEventListener('navigate', goes);
  window.removeEventListener('submit', sends);
  return leaving;
};

// Frameworks keep what they believe to be the value on the element itself, so the browser's own setter is used.
const setValue = (element, value) => {
  const page = viewOf(element);
  const kind = { TEXTAREA: page.HTMLTextAreaElement, SELECT: page.HTMLSelectElement }[element.tagName] ?? page.HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, 'value').set.call(element, value);
};

const changed = (element, data) => {
  fire(element, 'input', 'InputEvent', { inputType: 'insertText', data, cancelable: false });
  fire(element, 'change', 'Event', { cancelable: false });
};

const isText = (element) => element.isContentEditable && !('value' in element);

// What stands in a control: the value of typed inputs in their own form, the text of an option, true or false of a box.
const read = (element) => {
  if (isBox(element)) return String(element.checked);
  if (/^(checkbox|radio|switch)$/.test(element.getAttribute('role') ?? '')) return String(element.getAttribute('aria-checked') === 'true');
  if (element.tagName === 'SELECT') return [...element.selectedOptions].map((option) => tidy(option.text)).join(', ');
  if ('value' in element && element.tagName !== 'BUTTON' && element.tagName !== 'LI') return String(element.value);
  return isText(element) ? element.innerText.replace(/\n$/, '') : seenText(element);
};

// The form in which a control wants a value; `value` holds it in all forms.
const formFor = (element, value) => {
  const type = element.tagName === 'INPUT' ? element.type : '';
  const forms = { date: value.date, number: value.number, range: value.number, time: value.time, 'datetime-local': value.datetime };
  if (type === 'month') return value.date?.slice(0, 7) ?? value.text;
  return forms[type] ?? value.text;
};

const TRUE = /^(true|on|yes|ja|1)$/i;

const setBox = (element, target, wanted) => {
  const is = () => read(element) === 'true';
  if (is() !== wanted) click(target);
  if (is() === wanted) return {};
  return problem('lost', { expected: String(wanted), found: String(is()) });
};

const pickOption = (select, wanted) => {
  const options = [...select.options].filter((option) => !option.disabled && !option.closest('optgroup:disabled'));
  for (const fold of [tidy, (text) => tidy(text).toLowerCase()]) {
    for (const of of [(option) => option.text, (option) => option.label, (option) => option.value]) {
      const hits = options.filter((option) => fold(of(option)) === fold(wanted));
      if (hits.length === 1) return { option: hits[0] };
      if (hits.length > 1) return problem('options', { wanted, count: hits.length });
    }
  }
  return problem('option', { wanted, options: options.map((option) => short(tidy(option.text), 40)).filter(Boolean).slice(0, 40) });
};

// Notes what was put into a field, to be read back before the submit; of a radio button, which of its group.
const note = (step, element, wanted, option) => {
  const state = memory();
  state.filled = state.filled.filter((other) => other.element !== element && other.field !== step.field);
  state.filled.push({ element, locator: step.at, option, what: step.what, field: step.field, wanted, found: read(element) });
};

// The control of a field in a page that was drawn anew.
const findAgain = ({ locator, option, element: before }) => {
  const { element } = one(locator, document);
  if (!element && option !== undefined) {
    const hits = named(radiosOf(locator), LABELS, option);
    return hits.length === 1 ? hits[0] : null;
  }
  return before?.matches('input') && element && !element.matches(CONTROL) ? fieldIn(element) : element;
};

// Takes a field of a page that was loaded anew for the one that was filled in the page before.
const adopt = (step) => {
  const element = findAgain({ locator: step.at, option: step.value.text });
  if (!element) return;
  const isSet = /^(checkbox|radio|switch)$/.test(element.type ?? element.getAttribute('role') ?? '');
  const option = element.tagName === 'SELECT' ? pickOption(element, step.value.text).option : null;
  const ofBox = element.type === 'radio' ? 'true' : String(step.value.bool ?? TRUE.test(step.value.text));
  note(step, element, isSet ? ofBox : option ? tidy(option.text) : formFor(element, step.value), step.value.text);
};

// The control inside one that the page draws itself.
const fieldIn = (element) => (element.matches('input, textarea') ? element : element.querySelector('input:not([type=hidden])'));

const fillText = (step, element) => {
  const wanted = formFor(element, step.value);
  focus(element);
  if (isText(element)) {
    const page = element.ownerDocument;
    page.getSelection().selectAllChildren(element);
    page.execCommand(wanted ? 'insertText' : 'delete', false, wanted);
  } else {
    // A script may write more than a hand could; the target would cut it off later, unseen.
    if (element.maxLength >= 0 && wanted.length > element.maxLength) {
      return problem('lost', { expected: wanted, found: wanted.slice(0, element.maxLength), cut: element.maxLength });
    }
    setValue(element, wanted);
    changed(element, wanted);
  }
  note(step, element, wanted);
  return {};
};

const select = (step, element, deadline) =>
  until(deadline, () => {
    const picked = pickOption(element, step.value.text);
    if (picked.problem) return picked;
    focus(element);
    if (element.multiple) picked.option.selected = true;
    else element.selectedIndex = picked.option.index;
    changed(element, null);
    note(step, element, tidy(picked.option.text));
    return {};
  });

// Radio buttons of a group that has the wanted name.
const radiosOf = (locator) => {
  if (locator.by !== 'label') return [];
  const groups = named(all(document, `${GROUP}, [role=radiogroup]`).filter(visible), [groupNames, captionBefore], locator.text);
  return groups.flatMap((group) => all(group, 'input[type=radio], [role=radio]')).filter(usable);
};

const chooseRadio = (step, radios) => {
  const hits = named(radios, LABELS, step.value.text);
  if (hits.length !== 1) return problem('option', { wanted: step.value.text, options: radios.map(nameOf).filter(Boolean) });
  const done = setBox(hits[0], handle(hits[0]), true);
  if (!done.problem) note(step, hits[0], 'true', step.value.text);
  return done;
};

const OPTION = '[role=option], [role=menuitem], [role=menuitemradio], [role=treeitem], li, [class*=option i], [class*=item i]';

// Look-up fields and drop-downs that the page draws itself: open, type, wait for the list, pick, and see that it took.
const chooseCustom = async (step, element, target, deadline) => {
  const before = new Set(all(document, OPTION).filter(visible));
  const wanted = step.value.text;
  click(target);
  const field = fieldIn(element);
  if (field && !field.readOnly) {
    focus(field);
    setValue(field, wanted);
    fire(field, 'keydown', 'KeyboardEvent', { key: wanted.slice(-1) });
    fire(field, 'input', 'InputEvent', { inputType: 'insertText', data: wanted, cancelable: false });
    fire(field, 'keyup', 'KeyboardEvent', { key: wanted.slice(-1) });
  }
  const native = field?.list ? [...field.list.options].find((option) => tidy(option.value) === tidy(wanted)) : null;
  if (native) {
    changed(field, wanted);
    note(step, field, native.value);
    return {};
  }
  const picked = await until(deadline, () => {
    const lists = [...referenced(element, 'aria-controls'), ...referenced(element, 'aria-owns')];
    const offered = lists.length ? lists.flatMap((list) => all(list, OPTION)) : all(document, OPTION).filter((one) => !before.has(one) || one.matches('[role=option]'));
    const seen = offered.filter((one) => visible(one) && one !== element && !one.contains(element));
    const fits = (fold) => seen.filter((one) => fold(seenText(one)) === fold(wanted));
    const hits = fits(tidy).length ? fits(tidy) : fits((text) => tidy(text).toLowerCase());
    const inner = hits.filter((one) => !hits.some((other) => other !== one && one.contains(other)));
    if (inner.length === 1) return { element: inner[0] };
    if (inner.length > 1) return problem('several', { locator: step.at, count: inner.length, which: inner.slice(0, 5).map(told) });
    return problem('option', { wanted, options: [...new Set(seen.map((one) => short(seenText(one), 40)))].filter(Boolean).slice(0, 40) });
  });
  if (picked.problem) return picked;
  scrollTo(picked.element);
  click(picked.element);
  return until(Math.min(deadline, now() + 2000), () => {
    const shows = () => tidy(read(field ?? element)) || seenText(element);
    if (shows().toLowerCase().includes(tidy(wanted).toLowerCase())) {
      note(step, field ?? element, read(field ?? element));
      return {};
    }
    return problem('lost', { expected: wanted, found: shows() });
  });
};

const ACTS = {
  fill: async (step, deadline) => {
    const seen = foreseen(step);
    if (seen && !taken(step, seen).problem) {
      focus(seen);
      // What cannot have the focus any more is not what it was.
      if (seen.getRootNode().activeElement === seen) return fillText(step, seen);
    }
    const got = await ready(step.at, 'fill', deadline, step);
    if (got.problem) return got;
    const { element, target } = got;
    if (element.tagName === 'SELECT') return select(step, element, deadline);
    if (isBox(element) || /^(checkbox|switch)$/.test(element.getAttribute('role') ?? '')) {
      const done = setBox(element, target, step.value.bool ?? TRUE.test(step.value.text));
      if (!done.problem) note(step, element, read(element));
      return done;
    }
    return fillText(step, element);
  },
  select: async (step, deadline) => {
    const got = await ready(step.at, 'click', deadline, step);
    if (got.problem) return got;
    if (got.element.tagName !== 'SELECT') return chooseCustom(step, got.element, got.target, deadline);
    return select(step, got.element, deadline);
  },
  choose: async (step, deadline) => {
    const group = await until(Math.min(deadline, now() + 10), () => {
      const radios = radiosOf(step.at);
      return radios.length ? { radios } : problem('none', { locator: step.at });
    });
    if (group.radios) return chooseRadio(step, group.radios);
    const got = await ready(step.at, 'click', deadline, step);
    if (got.problem) return got;
    if (got.element.tagName === 'SELECT') return select(step, got.element, deadline);
    return chooseCustom(step, got.element, got.target, deadline);
  },
  check: async (step, deadline) => {
    const got = await ready(step.at, 'click', deadline, step);
    if (got.problem) return got;
    const done = setBox(got.element, got.target, step.on);
    if (!done.problem) note(step, got.element, String(step.on));
    return done;
  },
  click: async (step, deadline) => {
    const got = await ready(step.at, 'click', deadline);
    if (got.problem) return got;
    return { left: await leaves(() => click(got.target)) };
  },
  // Puts the focus where keys are to go, with what stands there selected.
  focus: async (step, deadline) => {
    const got = await ready(step.at, step.use ?? 'fill', deadline, step);
    if (got.problem) return got;
    focus(got.element);
    if (step.all && got.element.select) got.element.select();
    else if (step.all && isText(got.element)) got.element.ownerDocument.getSelection().selectAllChildren(got.element);
    return {};
  },
  // Notes what keys have put into the control.
  typed: async (step, deadline) => {
    const got = await ready(step.at, 'see', deadline);
    if (got.problem) return got;
    // Leaving the field makes it tell what it made of the keys.
    blur(got.element);
    note(step, got.element, formFor(got.element, step.value));
    return {};
  },
  // The element itself, for what only the driver can do with it: a file's path, a frame.
  element: async (step, deadline) => {
    const got = await ready(step.at, 'see', deadline);
    return got.problem ? got : { element: got.element };
  },
  pause: async (step) => {
    await pause(step.milliseconds);
    return {};
  },
};

