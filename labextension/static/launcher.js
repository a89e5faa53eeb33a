// Aeterna's notebooks in JupyterLab's launcher. Written as what a build would make (a module federation container with
// one module), so that there is nothing to build: the only thing it needs of JupyterLab is the launcher's token.
(() => {
  const here = document.currentScript.src;
  const notebooks = [
    { name: "setup", label: "Aeterna setup", caption: "Answer questions, see what follows, write the files" },
    { name: "status", label: "Aeterna status", caption: "What is deployed, and how it is" },
    { name: "compare", label: "Aeterna compare", caption: "Two configurations side by side" },
  ];

  const exists = (contents, path) =>
    contents.get(path, { content: false }).then(
      () => true,
      (error) => {
        if (error?.response?.status === 404) return false;
        throw error;
      },
    );

  // The path of the notebook in `folder`, copied there unless one is there already: it may hold somebody's work.
  const copy = async (contents, folder, file) => {
    const path = folder ? `${folder}/${file}` : file;
    if (await exists(contents, path)) return path;
    const answer = await fetch(new URL(`notebooks/${file}`, here));
    if (!answer.ok) throw new Error(`The installation of aeterna-nb is incomplete: ${file} is missing.`);
    try {
      await contents.save(path, { type: "notebook", format: "json", content: await answer.json() });
    } catch (error) {
      throw new Error(`${file} cannot be copied into this folder. Open one that you may write to. (${error.message})`);
    }
    return path;
  };

  const activate = (app, launcher) => {
    if (!launcher) return; // Voila and the plain notebook have none.
    notebooks.forEach(({ name, label, caption }, rank) => {
      const command = `aeterna:${name}`;
      app.commands.addCommand(command, {
        label,
        caption,
        execute: async ({ cwd = "" } = {}) => {
          const path = await copy(app.serviceManager.contents, cwd, `${name}.ipynb`);
          return app.commands.execute("docmanager:open", { path, factory: "Notebook" });
        },
      });
      launcher.add({ command, category: "Notebook", rank: 100 + rank, kernelIconUrl: new URL("aeterna.svg", here).href });
    });
  };

  // What JupyterLab shares, by package and version; its own copy is the one that the launcher is registered under.
  let scope = {};
  const shared = async (name) => {
    const copies = Object.values(scope[name] ?? {});
    const own = copies.find((item) => String(item.from).startsWith("@jupyterlab/application")) ?? copies[0];
    return own && (await own.get())();
  };

  (window._JUPYTERLAB ??= {})["aeterna-nb"] = {
    init: (given) => {
      scope = given;
    },
    get: async () => {
      const launcher = await shared("@jupyterlab/launcher");
      const plugin = {
        id: "aeterna-nb:launcher",
        description: "Aeterna's notebooks in the launcher",
        autoStart: true,
        optional: launcher ? [launcher.ILauncher] : [],
        activate,
      };
      return () => ({ __esModule: true, default: plugin });
    },
  };
})();
