// What most must decide, or everything. The choice is kept in this browser, for whoever comes back.
function render({ model, el }) {
  const say = sayer(model);
  const key = `aeterna-depth:${location.pathname}`;
  const storage = () => {
    try {
      return window.localStorage;
    } catch {
      return null; // A browser may forbid it; then the page begins with what most must decide.
    }
  };
  const choose = (everything) => {
    storage()?.setItem(key, String(everything));
    set(model, "everything", everything);
  };
  const basic = make("button", { type: "button" }, say("Basic"));
  const whole = make("button", { type: "button" }, say("Everything"));
  basic.onclick = () => choose(false);
  whole.onclick = () => choose(true);
  const draw = () => {
    basic.setAttribute("aria-pressed", String(!model.get("everything")));
    whole.setAttribute("aria-pressed", String(model.get("everything")));
  };
  draw();
  model.on("change:everything", draw);
  el.append(make("div", { class: "views", role: "group", "aria-label": say("Questions") }, basic, whole));
  if (storage()?.getItem(key) === "true" && !model.get("everything")) set(model, "everything", true);
}
export default { render };
