// Tabs as tabs: arrow keys, Home and End move; one is selected; the panel beside them bears its name.
function render({ model, el }) {
  const list = make("div", { role: "tablist", "aria-label": model.get("label") });
  const stem = `aw-${Math.random().toString(36).slice(2)}`;
  const panel = () => el.closest(".aw-side")?.querySelector(".aw-view");
  const choose = (index) => {
    set(model, "current", index);
    draw();
    list.children[index].focus();
  };
  const tab = (index) => {
    const button = make("button", { type: "button", role: "tab", id: `${stem}-${index}` });
    button.onclick = () => choose(index);
    button.onkeydown = (event) => {
      const last = list.children.length - 1;
      const next = { ArrowRight: index === last ? 0 : index + 1, ArrowLeft: index === 0 ? last : index - 1, Home: 0, End: last }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      choose(next);
    };
    return button;
  };
  // Changed in place: a count that changes while somebody clicks must not take the button away from under the click.
  const draw = () => {
    const names = model.get("names");
    while (list.children.length > names.length) list.lastChild.remove();
    while (list.children.length < names.length) list.append(tab(list.children.length));
    [...list.children].forEach((button, index) => {
      const chosen = index === model.get("current");
      if (button.textContent !== names[index]) button.textContent = names[index];
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      if (chosen) button.setAttribute("aria-controls", `${stem}-panel`);
      else button.removeAttribute("aria-controls");
    });
    name();
  };
  const name = () => {
    const view = panel();
    if (!view) return;
    view.id = `${stem}-panel`;
    view.setAttribute("role", "tabpanel");
    view.setAttribute("aria-labelledby", `${stem}-${model.get("current")}`);
    view.tabIndex = 0;
  };
  draw();
  // The panel may be put on the page after the tabs.
  requestAnimationFrame(name);
  setTimeout(name, 500);
  for (const trait of ["names", "current"]) model.on(`change:${trait}`, draw);
  el.append(list);
}
export default { render };
