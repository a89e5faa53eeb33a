"""The page: questions in stages and their consequences, as widgets for JupyterLab and Voila alike."""
