// Reads Compose files as Docker Compose does, with the same library, and prints what it understood.
//
// Arguments are folders with a docker-compose.yaml, or another of Compose's names, and as a rule a .env. For each one line of JSON is printed:
// {"project": ...} or {"error": "..."}.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

type verdict struct {
	Project json.RawMessage   `json:"project,omitempty"`
	Env     map[string]string `json:"env,omitempty"`
	Error   string            `json:"error,omitempty"`
}

func judge(folder string) verdict {
	options, err := cli.NewProjectOptions(
		nil,
		cli.WithWorkingDirectory(folder),
		cli.WithEnvFiles(),
		cli.WithDotEnv,
		cli.WithDefaultConfigPath,
		cli.WithDefaultProfiles(),
	)
	if err != nil {
		return verdict{Error: err.Error()}
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return verdict{Error: err.Error()}
	}
	text, err := project.MarshalJSON()
	if err != nil {
		return verdict{Error: err.Error()}
	}
	return verdict{Project: text, Env: project.Environment}
}

func main() {
	for _, folder := range os.Args[1:] {
		line, err := json.Marshal(judge(folder))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(string(line))
	}
}
