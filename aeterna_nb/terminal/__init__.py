"""The questions in a terminal: line by line, so that any terminal, a screen reader or a script can follow.

Where the terminal can draw, the list of what can be picked is drawn with its prompt, and arrow keys lead through it;
nothing else moves the cursor.
"""
