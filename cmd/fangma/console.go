package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"fangma/registry"
)

// Exit codes. Scripts rely on them.
const (
	exitFailed  = 1 // it did not work; the message says why
	exitUsage   = 2 // the command line was not understood
	exitRejects = 3 // it was done, but some rows were left out
)

// exit ends a command that has already said what it had to say.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// console is where a command reads and writes.
type console struct {
	In  io.Reader
	Out io.Writer // what was asked for
	Err io.Writer // progress and complaints
	// Note takes steps of a start worth knowing of; nil for commands that
	// should come and go without a word.
	Note func(format string, args ...any)
}

func (c *console) printf(format string, args ...any) { fmt.Fprintf(c.Out, format, args...) }

// finish says what went wrong, if anything, and gives the exit code.
func (c *console) finish(err error) int {
	var code exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &code):
		return int(code)
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(c.Err, "fangma: interrupted")
		return exitFailed
	}
	fmt.Fprintf(c.Err, "fangma: %v\n", plain(err))
	return exitFailed
}

// plain gives the answer of the registry where there is one, with one line a
// field, and any other error as it is.
func plain(err error) error {
	var answer *registry.Error
	if !errors.As(err, &answer) {
		return err
	}
	text := answer.Detail
	for _, f := range answer.Fields {
		text += fmt.Sprintf("\n  %s: %s", f.Field, f.Reason)
	}
	return errors.New(text)
}

// terminal says whether w is a person's screen rather than a file or a pipe.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// note says a step of a start.
func (c *console) note(format string, args ...any) { fmt.Fprintf(c.Err, format+"\n", args...) }
