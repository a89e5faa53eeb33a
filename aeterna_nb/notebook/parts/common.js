// Shared by the parts. Joined with each part's own file, since what a widget is sent must stand by itself.
const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
};

// Characters that a field takes, far more than an answer may have: what is too long is refused with a sentence where it
// arrives, and what is far longer would not arrive. A message of more than 10 MiB ends the connection.
const LONGEST = 1_000_000;

const set = (model, name, value) => {
  model.set(name, value);
  model.save_changes();
};

// Says a text in the reader's language; values stand for their names in braces.
const sayer = (model) => (text, values = {}) =>
  (model.get("words")[text] ?? text).replace(/\{(\w+)\}/g, (_, name) => values[name]);

// Waits until typing pauses; `now` does not wait.
const later = (wait, work) => {
  let timer;
  return {
    soon: (...given) => {
      clearTimeout(timer);
      timer = setTimeout(() => work(...given), wait);
    },
    now: (...given) => {
      clearTimeout(timer);
      work(...given);
    },
  };
};

// Sends what is typed, and knows it again: a kernel that is slow says what was typed a while ago, which must not take the
// place of what was typed since. Once the focus has left, nobody types, and what the kernel says holds.
const typing = (model, name, field) => {
  const sent = [];
  const typed = () => field.contains(document.activeElement);
  // Only afterwards is it known where the focus has gone.
  field.addEventListener("focusout", () => setTimeout(() => typed() || sent.splice(0)));
  return {
    send: (value) => {
      if (!sent.length) sent.push(JSON.stringify(model.get(name)));
      sent.push(JSON.stringify(value));
      sent.splice(0, sent.length - 20);
      set(model, name, value);
    },
    isOld: (given) => typed() && sent.includes(JSON.stringify(given)),
  };
};
