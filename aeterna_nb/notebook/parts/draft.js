// Keeps what was answered in this browser, so that a reload or a dead kernel loses nothing. The kernel leaves secrets out.
function render({ model, el }) {
  const key = `aeterna-draft:${location.pathname}`;
  const storage = () => {
    try {
      return window.localStorage;
    } catch {
      return null; // A browser may forbid it; then there are no drafts.
    }
  };
  const stored = storage()?.getItem(key);
  if (stored && stored !== model.get("content")) model.send({ draft: stored });
  model.on("change:content", () => {
    const content = model.get("content");
    if (content) storage()?.setItem(key, content);
    else storage()?.removeItem(key);
  });
  el.hidden = true;
}
export default { render };
