// A secret goes to the kernel as a message and is forgotten here: it is never part of the widget's state, which notebooks save.
function render({ model, el }) {
  const say = sayer(model);
  const several = model.get("several_lines");
  const input = several
    ? make("textarea", { rows: 4, spellcheck: "false", autocomplete: "off", class: "masked", maxlength: LONGEST })
    : make("input", { type: "password", spellcheck: "false", autocomplete: "new-password", maxlength: LONGEST });
  const kept = make("p", { class: "kept", role: "status" });
  const forget = make("button", { type: "button", class: "aw-link" }, ...about(model, say("Forget it")));
  const give = (text) => {
    if (!text) return;
    model.send({ secret: text });
    input.value = "";
  };
  input.onchange = () => give(input.value);
  forget.onclick = () => model.send({ forget: true });
  const maker = make("button", { type: "button", class: "aw-button" });
  maker.onclick = () => model.send({ make: true });
  const show = () => {
    const given = model.get("given");
    kept.replaceChildren(...(given ? [`${model.get("kept")} `, forget] : []));
    kept.hidden = !given;
    input.placeholder = given ? say("Type to replace it") : "";
    maker.replaceChildren(...about(model, model.get("make")));
    maker.hidden = !model.get("make");
  };
  show();
  for (const name of ["given", "kept", "make"]) model.on(`change:${name}`, show);
  const control = make("div", { class: "control stacked" }, make("div", { class: "control" }, input, maker));
  if (several) control.append(picker(model, give));
  control.append(kept);
  row(model, el, {
    control,
    grouped: false,
    describe: ({ id, described, invalid }) => {
      input.id = id;
      input.setAttribute("aria-describedby", described);
      input.setAttribute("aria-invalid", String(invalid));
    },
  });
}
export default { render };
