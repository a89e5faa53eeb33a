// The stages as a list of buttons; each says its state in words.
function render({ model, el }) {
  quiet(el);
  const list = make("ol");
  const draw = () => {
    const buttons = [...list.querySelectorAll("button")];
    const held = buttons.indexOf(document.activeElement);
    list.replaceChildren(...model.get("stages").map(({ title, state, note }, index) => {
      const button = make("button", { type: "button", "aria-current": index === model.get("current") && "step" }, title, make("small", {}, note));
      button.onclick = () => set(model, "current", index);
      return make("li", { class: state }, button);
    }));
    if (held >= 0) list.querySelectorAll("button")[held]?.focus();
  };
  draw();
  for (const name of ["stages", "current"]) model.on(`change:${name}`, draw);
  el.append(make("nav", { "aria-label": "Stages" }, list));
}
export default { render };
