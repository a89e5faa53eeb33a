"""What people type, and what they paste."""

from hypothesis import strategies as st

NASTY = (
    "yes", "n", "y", "no", "on", "off", "true", "null", "~", "1e3", "1E3", ".5", "-0", "+1", "0o17", "0x1f",
    "0b1", "0123", "1_000", "12:30", "12e3456", "2026-02-30", ".inf", ".nan", "=", "<<", "*a", "&a", "!a",
    "!!int 5", "- a", "? a", ": a", "a: b # c", "a #b", "{a}", "[a]", "{{ .Values.x }}", "${HOME}", "$HOME",
    "$$", "%d", "@a", "`a`", "|", ">", "\\", "\\n", '"', "'", "'a'", '"a"', "a'b\"c", "\u00e9", "\u00a0",
    "\ufeff", "\u2028", "\x85", "\u200b", "\u202e", "\ufffd", "\uffff", "\U0001f600", "\U0010ffff", "\ud800",
    "a\nb", "a\r\nb", "\x00", "\x07", "\x1b[31m", "\x7f", "x" * 300, "x" * 3000, "", " ", " a", "a ", "\ta",
    "---", "...", "# a", "%YAML 1.2", "https://a.example.com/?a=b&c", "10Gi", "0 3 * * *",
)  # fmt: skip
"""Texts that one reader or another takes for something else."""

TYPED = st.one_of(
    st.sampled_from(NASTY),
    st.text(max_size=40),
    st.text(alphabet="aeEoOxXyn0123456789.:-_+#'\"\\ {}[]&*!|>%@`,?=~$\n\t\u00e9\U0001f600", max_size=30),
)
"""Whatever somebody types; half an emoji included."""

WRITABLE = TYPED.filter(lambda text: not any("\ud800" <= character <= "\udfff" for character in text))
"""Whatever can stand in a file."""
