// A button that asks the kernel for the names in the cluster, a list to pick one from, and what came of asking. The field
// offers the same while one types.
const lookup = (model, input) => {
  const say = sayer(model);
  const list = make("datalist", { id: `aw-${Math.random().toString(36).slice(2)}` });
  const button = make("button", { type: "button", class: "aw-link" }, ...about(model, say("Look in the cluster")));
  const names = make("select", { "aria-label": say("{label}: in the cluster", { label: model.get("label") }) });
  const outcome = make("span", { role: "status" });
  input.setAttribute("list", list.id);
  button.onclick = () => model.send({ look: true });
  names.onchange = () => {
    input.value = names.value;
    set(model, "value", names.value);
    model.send({ picked: names.value });
  };
  const offer = () => {
    const found = model.get("suggestions");
    list.replaceChildren(...found.map((value) => make("option", { value })));
    names.replaceChildren(make("option", { value: "", disabled: true }, say("Choose one")), ...found.map((value) => make("option", { value }, value)));
    names.hidden = !found.length;
    mark();
  };
  const mark = () => (names.value = model.get("suggestions").includes(model.get("value")) ? model.get("value") : "");
  const tell = () => (outcome.textContent = model.get("looked"));
  offer();
  tell();
  model.on("change:suggestions", offer);
  model.on("change:value", mark);
  model.on("change:looked", tell);
  return make("div", { class: "lookup" }, names, make("p", { class: "help" }, button, " ", outcome), list);
};

// A line of text, or several lines. What is typed goes to the kernel after a pause; leaving the field sends it at once.
function render({ model, el }) {
  const several = model.get("several_lines");
  const input = several ? make("textarea", { rows: 6, spellcheck: "false", maxlength: LONGEST }) : make("input", { type: "text", spellcheck: "false", autocomplete: "off", maxlength: LONGEST });
  const typed = typing(model, "value", input);
  const { soon, now } = later(350, () => {
    if (input.value !== model.get("value")) typed.send(input.value);
  });
  const show = () => {
    const given = model.get("value");
    if (input.value !== given && !typed.isOld(given)) input.value = given;
    input.placeholder = model.get("example");
    input.inputMode = model.get("numeric") ? "numeric" : "text";
  };
  input.oninput = soon;
  input.onchange = now;
  show();
  for (const name of ["value", "example"]) model.on(`change:${name}`, show);
  const control = make("div", { class: several ? "control stacked" : "control" }, input);
  if (several) control.append(picker(model, (text) => set(model, "value", text)));
  const unit = model.get("unit");
  if (unit) control.append(make("span", { class: "unit" }, unit));
  row(model, el, {
    control: model.get("can_look") ? make("div", {}, control, lookup(model, input)) : control,
    grouped: false,
    describe: ({ id, described, invalid }) => {
      input.id = id;
      input.setAttribute("aria-describedby", described);
      input.setAttribute("aria-invalid", String(invalid));
    },
  });
}
export default { render };
