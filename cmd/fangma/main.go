// Command fangma is the house-coding registry and its map server: one binary,
// one database. See the README for what it is, and `fangma --help` for how it
// is asked.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// commands is the command line. Each subcommand is a file of its name.
type commands struct {
	Demo       demoCommand       `cmd:"" help:"Load the bundled real sample and serve it: the quickest way to see Fangma."`
	Serve      serveCommand      `cmd:"" help:"Serve the registry, the house map and its tiles."`
	Import     importCommand     `cmd:"" help:"Read buildings, divisions or the base map from files. Plans; --apply does it."`
	Building   buildingCommand   `cmd:"" help:"Look a building up, or record what happened to it."`
	Code       codeCommand       `cmd:"" help:"Check and take apart house codes. But for resolve it needs no registry."`
	Dwelling   dwellingCommand   `cmd:"" help:"The dwellings in a building: add, list, end."`
	Headcount  headcountCommand  `cmd:"" help:"How many live where: import, estimate, list."`
	Event      eventCommand      `cmd:"" help:"Take recorded events back."`
	Export     exportCommand     `cmd:"" help:"Write buildings as of any moment to a file."`
	Assignment assignmentCommand `cmd:"" help:"Who holds which cells: import, export, hand over, find gaps."`
	Grid       gridCommand       `cmd:"" help:"Divide the grid among officers."`
	Office     officeCommand     `cmd:"" help:"The offices in which people work: add, change, close, list."`
	User       userCommand       `cmd:"" help:"Accounts, their roles, passwords and API tokens."`
	DB         dbCommand         `cmd:"" name:"db" help:"The database: migrate it, see how it is, back it up, restore it."`
	Bench      benchCommand      `cmd:"" help:"Measure Fangma beside plain PostGIS on a made-up city."`
	Version    versionCommand    `cmd:"" help:"Print the version."`
}

func main() {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup does
		ends = append(ends, syscall.SIGHUP) // a terminal that closes must not leave the database running
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	// The first signal asks for an orderly end. From then on signals have
	// their usual effect again, so that a second Ctrl-C ends it at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run does what the arguments say and gives the exit code. It is the whole
// program: main and the tests start it alike.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := &console{In: stdin, Out: stdout, Err: stderr}
	var cmd commands
	call, code := parse(&cmd, c, args)
	if call == nil {
		return code
	}
	call.BindTo(ctx, (*context.Context)(nil))
	return c.finish(call.Run(c))
}
