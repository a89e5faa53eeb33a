"""The pages of questions, in their order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """One page of questions."""

    id: str
    title: str
    intro: str


STAGES = (
    Stage("start", "Start", "Begin with a preset, or with a configuration that exists."),
    Stage("target", "Target and mode", "Where Aeterna runs, and what runs elsewhere."),
    Stage("central", "Central server", "The server that several installations share."),
    Stage("vector", "Vector store", "Where memories are kept so that they can be found by meaning."),
    Stage("cache", "Cache", "Holds sessions and what is needed often."),
    Stage("postgresql", "PostgreSQL", "Everything lasting is kept there."),
    Stage("authorization", "Authorization", "Who may do what."),
    Stage("llm", "Language model", "What turns text into vectors and reasons about it."),
    Stage("opencode", "OpenCode", "How OpenCode reaches Aeterna."),
    Stage("operations", "Operations", "Size, reach, observation, protection."),
    Stage("secrets", "Secrets", "Where credentials live. Each stands in one place only."),
    Stage("review", "Review and write", "What will be written, and what to do next."),
)
