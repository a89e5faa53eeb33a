"""`aeterna mcp --check`: what the bridge reaches, without a client."""

import time
from dataclasses import asdict, dataclass, field
from importlib.metadata import version as installed_version

from aeterna_nb import __version__
from aeterna_nb.bridge.client import AeternaClient
from aeterna_nb.bridge.convert import conformant_tools
from aeterna_nb.bridge.problems import ServerProblem
from aeterna_nb.bridge.settings import BridgeSettings
from aeterna_nb.bridge.toolsets import is_offered

_PROBE_TOOL = "sync_status"


@dataclass
class CheckReport:
    """What was reached. `problem` is the sentence that says what failed; empty means that a client would
    connect.

    `tool_milliseconds` is how long `sync_status` took to answer; `tool_error` what it answered, where that
    was an error, which is no failure of the connection.
    """

    server_url: str
    origin: str
    tenant_id: str
    user_id: str
    team_id: str
    token: str
    toolsets: tuple[str, ...]
    token_in_clear: bool
    server_version: str = ""
    mcp_server: str = ""
    protocol_version: str = ""
    tools: int | None = None
    tools_offered: int | None = None
    tool_milliseconds: float | None = None
    tool_error: str = ""
    problem: str = ""
    bridge_version: str = __version__
    sdk_version: str = field(default_factory=lambda: installed_version("mcp"))

    @property
    def reached(self) -> bool:
        """Return whether a client would connect and see tools."""
        return not self.problem

    def as_dict(self) -> dict[str, object]:
        """Return the report for `--json`, with `ok` first."""
        return {"ok": self.reached} | asdict(self)

    def as_text(self) -> str:
        """Return the report for a person, one fact a line."""
        sets = ", ".join(self.toolsets)
        lines = [
            f"Server       {self.server_url} (from {self.origin})"
            + (f", version {self.server_version}" * bool(self.server_version)),
            f"Speaking as  user {self.user_id} of tenant {self.tenant_id}"
            + (f", team {self.team_id}" * bool(self.team_id))
            + f", token {self.token}",
            f"Bridge       aeterna-nb {self.bridge_version}, mcp {self.sdk_version}",
        ]
        if self.protocol_version:
            lines.append(f"MCP          {self.mcp_server}, protocol {self.protocol_version}")
        if self.tools is not None:
            lines.append(f"Tools        {self.tools} on the server, {self.tools_offered} offered ({sets})")
        if self.token_in_clear:
            lines.append("Warning      the token travels unencrypted: use https")
        if self.tool_milliseconds is not None:
            lines.append(
                f"{_PROBE_TOOL}  {self.tool_milliseconds:.0f} ms" + (f"; {self.tool_error}" * bool(self.tool_error))
            )
        return "\n".join(lines)


async def check(settings: BridgeSettings) -> CheckReport:
    """Reach the server as the bridge would and return what was seen. Raises nothing for a server that is not
    there."""
    report = CheckReport(
        server_url=settings.server_url,
        origin=settings.origin,
        tenant_id=settings.tenant_id,
        user_id=settings.user_id,
        team_id=settings.team_id,
        token="given" if settings.token else "none",
        toolsets=settings.toolsets,
        token_in_clear=settings.token_in_clear,
    )
    async with AeternaClient(settings) as client:
        try:
            await _connect(client, report)
        except ServerProblem as problem:
            report.problem = str(problem)
            return report
        started = time.perf_counter()
        try:
            await client.call(_PROBE_TOOL, {})
        except ServerProblem as problem:
            report.tool_error = str(problem)
        report.tool_milliseconds = round((time.perf_counter() - started) * 1000, 1)
    return report


async def _connect(client: AeternaClient, report: CheckReport) -> None:
    hello = await client.initialize()
    server = hello.get("serverInfo")
    if isinstance(server, dict):
        report.mcp_server = f"{server.get('name', '')} {server.get('version', '')}".strip()
    report.protocol_version = str(hello.get("protocolVersion", ""))
    report.server_version = await client.version()
    try:
        tools = conformant_tools(await client.list_tools())
    except ValueError as error:
        raise ServerProblem(
            f"The Aeterna server at {report.server_url} is of an unknown kind: {error}.", retry=True
        ) from None
    report.tools = len(tools)
    report.tools_offered = sum(is_offered(name, report.toolsets) for name, _ in tools)
