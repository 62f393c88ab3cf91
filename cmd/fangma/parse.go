package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"fangma/registry"
	"fangma/registry/postgres/local"
)

const description = `A registry that gives every building one permanent code, and the map server on top of it.

Every option can also be set in the environment: --listen is FANGMA_LISTEN, and so on.`

// parse reads the command line. Without a command to run it has already said
// why, and gives the exit code.
func parse(cmd *commands, c *console, args []string) (_ *kong.Context, code int) {
	// --help prints and leaves from the middle of parsing.
	type left int
	defer func() {
		switch r := recover().(type) {
		case nil:
		case left:
			code = int(r)
		default:
			panic(r)
		}
	}()
	parser, err := kong.New(cmd,
		kong.Name("fangma"),
		kong.Description(description),
		kong.DefaultEnvars("FANGMA"),
		kong.Writers(c.Out, c.Err),
		kong.Vars{
			"roles": roleNames(), "app_role": local.AppRole,
			"states": words(registry.States()), "evidences": words(registry.Evidences()), "legalities": words(registry.Legalities()),
		},
		kong.Exit(func(code int) { panic(left(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
	)
	if err != nil {
		panic(err) // the grammar itself is wrong; every test of the command line would fail
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	call, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(c.Err, "fangma: %v\n", err)
		var usage *kong.ParseError
		if errors.As(err, &usage) && usage.Context != nil {
			fmt.Fprintf(c.Err, "Try: fangma %s--help\n", path(usage.Context))
		}
		return nil, exitUsage
	}
	return call, 0
}

// path gives the commands that were understood before parsing failed, each
// with a space after it.
func path(call *kong.Context) string {
	var s string
	for _, p := range call.Path {
		if p.Command != nil {
			s += p.Command.Name + " "
		}
	}
	return s
}

// words lists what a flag can be.
func words[T ~string](all []T) string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}
