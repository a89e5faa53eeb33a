// The other languages as buttons. What the page's address asks for, as in ?language=de, or what was chosen in this browser
// before, is told to the kernel when the page arrives.
function render({ model, el }) {
  const KEY = "aeterna-language";
  const remembered = (code) => {
    try {
      if (code) window.localStorage.setItem(KEY, code);
      return window.localStorage.getItem(KEY);
    } catch {
      return null; // A browser may forbid it; then nothing is remembered.
    }
  };
  const buttons = model.get("others").map(([code, name]) => {
    const button = make("button", { type: "button", class: "aw-link", lang: code }, name);
    button.onclick = () => {
      remembered(code);
      model.send({ speak: code, pressed: true });
    };
    return button;
  });
  el.append(...buttons);
  const wanted = new URLSearchParams(location.search).get("language") ?? remembered();
  if (model.get("arriving") && wanted) model.send({ speak: wanted });
  // The page was made anew because one of these buttons was pressed: who uses the keyboard stays here.
  if (model.get("pressed")) requestAnimationFrame(() => buttons[0]?.focus({ preventScroll: true }));
}
export default { render };
