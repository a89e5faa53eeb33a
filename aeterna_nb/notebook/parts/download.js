// One click: the kernel makes the bytes and sends them as a buffer; nothing of them stays in the widget's state.
function render({ model, el }) {
  const button = make("button", { type: "button", class: "aw-button" });
  const say = make("p", { class: "error", role: "alert", hidden: true });
  const draw = () => {
    button.textContent = model.get("label");
    button.classList.toggle("primary", model.get("primary"));
  };
  // Not disabled while the bytes are made, which would lose the focus.
  button.onclick = () => {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    say.hidden = true;
    model.send({ want: true });
  };
  model.on("msg:custom", (message, buffers) => {
    button.ariaBusy = "false";
    if (message.problem) {
      say.textContent = message.problem;
      say.hidden = false;
      return;
    }
    const address = URL.createObjectURL(new Blob(buffers, { type: message.type }));
    const link = make("a", { href: address, download: message.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  });
  draw();
  for (const name of ["label", "primary"]) model.on(`change:${name}`, draw);
  el.append(button, say);
}
export default { render };
