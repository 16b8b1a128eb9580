// What people call a control, a button, a group: the words that the page puts on it, beside it or above it.

const BOUNDARY = 'form, fieldset, body, table, section, article, main, nav, aside, dialog, [role=group], [role=dialog], [role=row]';

// The elements of a list of ids, in the same tree.
const referenced = (element, attribute) => {
  const root = element.getRootNode();
  const ids = (element.getAttribute(attribute) ?? '').split(/\s+/).filter(Boolean);
  return ids.map((id) => root.getElementById?.(id)).filter(Boolean);
};

const ariaNames = (element) => {
  const by = referenced(element, 'aria-labelledby').map(captionText).join(' ');
  return [by, element.getAttribute('aria-label')].filter((name) => tidy(name ?? ''));
};

// Labels that belong to an element by `for`; those of the host count for what stands alone in a shadow root.
const labelsFor = (element) => {
  const own = [...(element.labels ?? [])].filter((label) => label.htmlFor && !label.contains(element));
  const root = element.getRootNode();
  const host = root.nodeType === 11 ? root.host : null;
  if (!host || root.querySelectorAll(CONTROL).length !== 1) return own.map(captionText);
  const outside = host.id ? [...host.getRootNode().querySelectorAll(`label[for="${CSS.escape(host.id)}"]`)] : [];
  return [...own, ...outside].map(captionText).concat(ariaNames(host), host.getAttribute('label') ?? []);
};

const labelsAround = (element) =>
  [...(element.labels ?? [])].filter((label) => label.contains(element)).map(captionText);

// Text that stands directly after a box: "☐ Express".
const textAfter = (element) => {
  let text = '';
  for (let next = element.nextSibling; next; next = next.nextSibling) {
    if (isElement(next) && (next.matches(CONTROL) || next.querySelector(CONTROL) || next.tagName === 'BR')) break;
    text += captionText(next);
  }
  return tidy(text) ? [text] : [];
};

// The caption in the cell or the block before a control. Text before another control belongs to that one.
const captionBefore = (element) => {
  let text = '';
  for (let node = element, level = 0; node && level < 7; level += 1) {
    for (let before = node.previousSibling; before; before = before.previousSibling) {
      if (isElement(before)) {
        if (before.matches(CONTROL) || before.querySelector(CONTROL)) return tidy(text) ? [text] : [];
        if (before.tagName === 'BR' && tidy(text)) return [text];
      }
      const piece = captionText(before);
      // A block ends the line; an asterisk alone is no caption.
      if (isElement(before) && !isInline(before) && tidy(text).replace(/[:*\s]/g, '')) return [text];
      text = piece + text;
    }
    if (tidy(text).replace(/[:*\s]/g, '')) return [text];
    if (isElement(node) && node !== element && node.matches(BOUNDARY)) return [];
    node = parentOf(node);
  }
  return [];
};

// The header of the column that an element's cell stands in.
const columnOf = (element) => {
  const cell = element.closest('td, th');
  const table = cell?.closest('table');
  if (!table || cell.tagName === 'TH') return [];
  const column = [...cell.parentElement.cells].slice(0, cell.cellIndex).reduce((sum, one) => sum + one.colSpan, 0);
  const rows = table.tHead?.rows.length ? [...table.tHead.rows] : [...table.rows].slice(0, 1);
  for (const row of rows.reverse()) {
    let at = 0;
    for (const header of row.cells) {
      if (at <= column && column < at + header.colSpan) {
        if (header !== cell && header.tagName === 'TH' && tidy(header.textContent)) return [captionText(header)];
        break;
      }
      at += header.colSpan;
    }
  }
  return [];
};

const attribute = (name) => (element) => (tidy(element.getAttribute(name) ?? '') ? [element.getAttribute(name)] : []);
const isBox = (element) => /^(checkbox|radio)$/.test(element.type ?? '');

// In the order in which they are believed.
const LABELS = [
  labelsFor,
  labelsAround,
  ariaNames,
  attribute('placeholder'),
  attribute('title'),
  (element) => (isBox(element) ? textAfter(element) : []),
  captionBefore,
  columnOf,
];

// The first name of a control, for lists and messages.
const nameOf = (element) => {
  for (const names of LABELS) {
    const name = names(element).map(caption).find(Boolean);
    if (name) return short(name);
  }
  return '';
};

const ROLES = {
  button: `button, summary, ${BUTTON_INPUT}`,
  link: 'a[href], area[href]',
  textbox: 'textarea, input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=url], input[type=password]',
  searchbox: 'input[type=search]',
  spinbutton: 'input[type=number]',
  slider: 'input[type=range]',
  checkbox: 'input[type=checkbox]',
  radio: 'input[type=radio]',
  combobox: 'select:not([multiple]):not([size]), input[list]',
  listbox: 'select[multiple], select[size], datalist',
  option: 'option',
  heading: 'h1, h2, h3, h4, h5, h6',
  row: 'tr',
  cell: 'td',
  columnheader: 'th',
  rowheader: 'th[scope=row]',
  table: 'table',
  list: 'ul, ol',
  listitem: 'li',
  img: 'img',
  form: 'form',
  dialog: 'dialog',
  navigation: 'nav',
  main: 'main',
  region: 'section',
  article: 'article',
  group: 'fieldset, details',
  status: 'output',
  term: 'dt',
  definition: 'dd',
};

const CLICKABLE =
  `button, a[href], area[href], summary, ${BUTTON_INPUT}, [role=button], [role=link], [role=tab], [role=menuitem], ` +
  '[role=option], [role=treeitem], [role=switch], [onclick]';

// The names of what is clicked: its visible text first, then what only tools read.
const clickNames = (element) => [seenText(element), ...ariaNames(element), altText(element), element.title].filter(Boolean);
const altText = (element) => element.alt || [...element.querySelectorAll('img[alt]')].map((image) => image.alt).join(' ');

// The names of a group, a section, a dialog or a table.
const GROUP =
  'fieldset, section, article, dialog, details, form, table, nav, aside, [role=group], [role=region], [role=dialog], ' +
  '[role=radiogroup], [role=tabpanel], [role=form], [role=table], [role=grid]';
const groupNames = (element) => {
  const head = element.querySelector(
    ':scope > legend, :scope > summary, :scope > caption, :scope > h1, :scope > h2, :scope > h3, :scope > h4, :scope > h5, ' +
      ':scope > h6, :scope > header',
  );
  return [...ariaNames(element), head ? captionText(head) : '', element.title].filter((name) => tidy(name ?? ''));
};

// Where an element stands, by the nearest group that has a name; or the row it is in.
const placeOf = (element) => {
  for (let one = parentOf(element); isElement(one); one = parentOf(one)) {
    if (one.matches(GROUP)) {
      const name = groupNames(one).map(caption).find(Boolean);
      if (name) return short(name);
    }
    if (one.matches('tr, [role=row]') && seenText(one)) return short(seenText(one));
  }
  return '';
};
