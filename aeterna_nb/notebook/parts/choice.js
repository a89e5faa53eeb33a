// One of several, or several of several. What is impossible stays in sight with its reason.
function render({ model, el }) {
  const say = sayer(model);
  const control = make("div", { class: "options" });
  const group = `aw-${Math.random().toString(36).slice(2)}`;
  const several = () => model.get("several");
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const chosen = (value) => (several() ? (model.get("value") ?? []).some((item) => same(item, value)) : same(value, model.get("value")));
  let fields = [];
  const take = () => {
    const values = model.get("options").map((option) => option.value);
    const taken = values.filter((_, index) => fields[index].checked);
    set(model, "value", several() ? taken : (taken[0] ?? null));
  };
  // The first group is in sight; each other one is a line that names its options and opens, as it does around what is chosen.
  const grouped = (cards) => {
    const options = model.get("options");
    const names = [...new Set(options.map((option) => option.group ?? ""))];
    if (names.length < 2) return cards;
    const opened = [...control.querySelectorAll("details")].map((node) => node.open);
    return names.map((name, index) => {
      const own = options.map((option, at) => ({ option, card: cards[at] })).filter(({ option }) => option.group === name);
      const head = make(index ? "b" : "h2", { id: `${group}-group-${index}`, class: "group" }, name);
      const grid = make("div", { class: "option-group", role: "group", "aria-labelledby": head.id }, ...own.map(({ card }) => card));
      if (!index) return make("div", {}, head, grid);
      const titles = make("small", {}, own.map(({ option }) => option.title).join(", "));
      return make("details", { class: "option-more", open: opened[index - 1] ?? false }, make("summary", {}, head, " ", titles), grid);
    });
  };
  const build = () => {
    const held = fields.findIndex((field) => field === document.activeElement);
    fields = [];
    const cards = model.get("options").map((option) => {
      const field = make("input", { type: several() ? "checkbox" : "radio", name: group, disabled: Boolean(option.reason) });
      const note = [option.note, option.reason && say("Not possible: {reason}", { reason: option.reason })].filter(Boolean).join(" ");
      // The whole card is the label, but its name is the title alone; the sentences are its description.
      const title = make("span", { id: `${group}-${fields.length}` }, option.title);
      const words = make("small", { id: `${group}-${fields.length}-note` }, note);
      const warning = make("small", { id: `${group}-${fields.length}-warning`, class: "warning" }, option.warning ?? "");
      const described = [words, warning].filter((part) => part.textContent);
      field.value = String(option.value);
      field.setAttribute("aria-labelledby", title.id);
      if (described.length) field.setAttribute("aria-describedby", described.map((part) => part.id).join(" "));
      field.onchange = take;
      fields.push(field);
      return make("label", { class: "option" }, field, title, ...described);
    });
    control.replaceChildren(...grouped(cards));
    const bare = (option) => !option.note && !option.reason && !option.warning;
    control.classList.toggle("inline", model.get("options").every(bare));
    check();
    if (held >= 0) fields[held]?.focus();
  };
  const check = () => {
    model.get("options").forEach((option, index) => (fields[index].checked = chosen(option.value)));
    fields.filter((field) => field.checked).forEach((field) => field.closest("details")?.setAttribute("open", ""));
  };
  build();
  model.on("change:options", build);
  model.on("change:value", check);
  row(model, el, {
    control,
    grouped: true,
    describe: ({ described, invalid }) => {
      const frame = control.closest("fieldset");
      frame?.setAttribute("aria-describedby", described);
      frame?.toggleAttribute("data-invalid", invalid);
    },
  });
}
export default { render };
