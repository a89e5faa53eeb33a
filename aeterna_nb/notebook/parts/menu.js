// One of many plain values, as the browser's own list.
function render({ model, el }) {
  const say = sayer(model);
  const list = make("select");
  const notes = make("ul", { class: "notes" });
  const build = () => {
    const options = model.get("options");
    const open = options.some((option) => option.value === model.get("value"));
    list.replaceChildren(
      ...(open ? [] : [make("option", { value: "" }, say("Choose one"))]),
      ...options.map((option, index) => make("option", { value: index, disabled: Boolean(option.reason) }, option.title)),
    );
    const said = options.flatMap(({ value, title, reason, warning }) => [
      ...(reason ? [say("{title} is not possible: {reason}", { title, reason })] : []),
      ...(warning && value === model.get("value") ? [warning] : []),
    ]);
    notes.replaceChildren(...said.map((words) => make("li", {}, words)));
    notes.hidden = !said.length;
    list.value = open ? String(options.findIndex((option) => option.value === model.get("value"))) : "";
  };
  list.onchange = () => list.value !== "" && set(model, "value", model.get("options")[Number(list.value)].value);
  build();
  for (const name of ["options", "value"]) model.on(`change:${name}`, build);
  row(model, el, {
    control: make("div", { class: "control stacked" }, list, notes),
    grouped: false,
    describe: ({ id, described, invalid }) => {
      list.id = id;
      list.setAttribute("aria-describedby", described);
      list.setAttribute("aria-invalid", String(invalid));
    },
  });
}
export default { render };
