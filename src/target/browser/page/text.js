// Text as people read it: what counts as the same text, and which text stands in an element.

// A person sees no difference between blanks, and none between the ways to encode an umlaut.
const tidy = (text) =>
  (text ?? '').normalize('NFC').replace(/[\u00ad\u200b-\u200d\u2060\ufeff]/g, '').replace(/\s+/g, ' ').trim();

// Marks that pages put around captions and that nobody reads as a part of them.
const MARKS = /^(?:\*\s*)+|\s*(?:[:*]|\((?:optional|freiwillig|required|erforderlich|pflichtfeld|pflicht)\))$/iu;

const caption = (text) => {
  let rest = tidy(text);
  for (let before; before !== rest; ) {
    before = rest;
    rest = rest.replace(MARKS, '').trim();
  }
  // A caption may be nothing but such a mark; then it is what it is.
  return rest || tidy(text);
};

const exactly = (text) => caption(text);
const loosely = (text) => caption(text).toLowerCase();

const UNREAD = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'HEAD', 'OPTION', 'DATALIST']);
const CONTROL =
  'input:not([type=hidden]), textarea, select, [contenteditable=""], [contenteditable=true], [role=textbox], [role=combobox], ' +
  '[role=searchbox], [role=spinbutton], [role=listbox], [role=checkbox], [role=radio], [role=switch], [role=slider]';
const BUTTON_INPUT = 'input[type=submit], input[type=button], input[type=reset], input[type=image]';

const isElement = (node) => node?.nodeType === 1;
const viewOf = (element) => element.ownerDocument.defaultView;
const styleOf = (element) => viewOf(element).getComputedStyle(element);

// The parent as the page is built: out of a shadow root to its host.
const parentOf = (node) => (node.parentNode?.nodeType === 11 ? (node.parentNode.host ?? null) : node.parentNode);

// The text of a caption: without the controls, buttons and scripts inside it.
const captionText = (node) => {
  if (node.nodeType === 3) return node.data;
  if (!isElement(node) || UNREAD.has(node.tagName) || node.matches(CONTROL + ', button')) return '';
  let text = '';
  for (const child of node.childNodes) text += captionText(child);
  return isInline(node) ? text : ` ${text} `;
};

const isInline = (element) => /^(inline|contents)/.test(styleOf(element)?.display ?? 'inline');

// The text of an element as it is seen, through shadow roots; what a button or a control shows is seen too.
const seenText = (element) => {
  if (!isElement(element)) return tidy(element?.textContent ?? '');
  if (element.matches(BUTTON_INPUT)) return tidy(element.value || element.alt);
  if (element.matches('input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea')) {
    return element.type === 'password' ? '' : tidy(element.value);
  }
  if (element.tagName === 'SELECT') return tidy([...element.selectedOptions].map((one) => one.text).join(', '));
  if (element.shadowRoot) return tidy([...element.shadowRoot.children].map(seenText).join(' '));
  return tidy(element.innerText ?? element.textContent);
};

const visible = (element) => {
  for (let one = element; one; one = viewOf(one)?.frameElement) {
    if (!one.isConnected || (one.checkVisibility && !one.checkVisibility())) return false;
    if (styleOf(one).visibility !== 'visible') return false;
    const box = one.getBoundingClientRect();
    if (box.width > 0 && box.height > 0) continue;
    // Without a box of its own it is seen by what is in it.
    const inside = [...one.children, ...(one.shadowRoot?.children ?? [])];
    if (!one.getClientRects().length || !inside.some((child) => visible(child))) {
      if (!inside.some((child) => visible(child))) return false;
    }
  }
  return true;
};

// Boxes and radio buttons are often drawn by their labels, and file inputs by a button: then those are what is seen.
const usable = (element) => {
  if (visible(element)) return true;
  if (element.type === 'file') return true;
  return /^(checkbox|radio)$/.test(element.type ?? '') && [...(element.labels ?? [])].some((label) => visible(label));
};

const short = (text, most = 60) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

// One line by which a person finds an element in the page's source.
const outline = (element) => {
  if (!isElement(element)) return 'the page';
  const said = ['id', 'name', 'type', 'role', 'aria-label', 'placeholder', 'title', 'href', 'data-testid']
    .filter((name) => element.getAttribute(name))
    .slice(0, 4)
    .map((name) => ` ${name}="${short(element.getAttribute(name), 40)}"`);
  const tag = element.tagName.toLowerCase();
  const text = element.matches(CONTROL) ? '' : short(seenText(element), 40);
  return `<${tag}${said.join('')}>${text}`;
};

const problem = (kind, facts = {}) => ({ problem: { kind, ...facts } });
