// Tabs as tabs: arrow keys, Home and End move; one is selected; the panel beside them bears its name.
function render({ model, el }) {
  const list = make("div", { role: "tablist", "aria-label": model.get("label") });
  const stem = `aw-${Math.random().toString(36).slice(2)}`;
  const panel = () => el.closest(".aw-side")?.querySelector(".aw-view");
  const draw = () => {
    const held = list.contains(document.activeElement);
    list.replaceChildren(...model.get("names").map((name, index) => {
      const chosen = index === model.get("current");
      const tab = make("button", { type: "button", role: "tab", id: `${stem}-${index}`, "aria-selected": String(chosen), tabindex: chosen ? 0 : -1 }, name);
      if (chosen) tab.setAttribute("aria-controls", `${stem}-panel`);
      tab.onclick = () => set(model, "current", index);
      tab.onkeydown = (event) => {
        const last = model.get("names").length - 1;
        const next = { ArrowRight: index === last ? 0 : index + 1, ArrowLeft: index === 0 ? last : index - 1, Home: 0, End: last }[event.key];
        if (next === undefined) return;
        event.preventDefault();
        set(model, "current", next);
        list.children[next].focus();
      };
      return tab;
    }));
    if (held) list.querySelector("[aria-selected=true]").focus();
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
